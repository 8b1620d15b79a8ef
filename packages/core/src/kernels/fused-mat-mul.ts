import type { ValueId } from '../program/program.ts';
import { batchMatMul } from './batch-mat-mul.ts';
import { lowerTail } from './lowering.ts';
import { lowerMatMul } from './mat-mul-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `BatchMatMul` plus bias and activation. tfjs-core's op brings its own gradient; our layers never call it. */
export const fusedMatMul: KernelSpec<'a' | 'b' | 'bias' | 'preluActivationWeights'> = {
  name: '_FusedMatMul',
  inputs: ['a', 'b', 'bias?', 'preluActivationWeights?'],
  kind: 'dot',
  infer: batchMatMul.infer!,
  lower: ({ builder, inputs, attrs }) =>
    lowerTail(builder, lowerMatMul(builder, inputs.a, inputs.b, attrs), {
      bias: inputs.bias as ValueId | undefined,
      slopes: inputs.preluActivationWeights as ValueId | undefined,
      attrs,
    }),
};
