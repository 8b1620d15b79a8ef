import { batchMatMul } from './batch-mat-mul.ts';
import type { SpaceKernel } from './space.ts';

/** The kernels of ours that WASM and JavaScript share, in place of tfjs's or missing there. */
export const spaceKernels: readonly SpaceKernel[] = [batchMatMul];
