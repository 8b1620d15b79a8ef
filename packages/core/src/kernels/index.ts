import { batchMatMul } from './batch-mat-mul.ts';
import { relu } from './relu.ts';
import type { KernelSpec } from './spec.ts';

/** Every kernel that Capas knows, the one list: gradients are registered and traces are recorded from it. */
export const kernelSpecs: readonly KernelSpec[] = [batchMatMul, relu];
