import { batchMatMul } from './batch-mat-mul.ts';
import type { KernelSpec } from './spec.ts';

/** `BatchMatMul` plus bias and activation. tfjs-core's op brings its own gradient; our layers never call it. */
export const fusedMatMul: KernelSpec<'a' | 'b' | 'bias' | 'preluActivationWeights'> = {
  name: '_FusedMatMul',
  inputs: ['a', 'b', 'bias?', 'preluActivationWeights?'],
  kind: 'dot',
  infer: batchMatMul.infer!,
};
