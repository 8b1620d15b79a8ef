import { add, mul, neg, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { reduceToShape } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/**
 * `(x - mean) / √(variance + ε) · scale + offset` with given statistics; `mean` and the others broadcast to `x`.
 * Without `scale` it is 1, without `offset` 0.
 */
export const fusedBatchNorm: KernelSpec<'x' | 'mean' | 'variance' | 'offset' | 'scale'> = {
  name: 'FusedBatchNorm',
  inputs: ['x', 'mean', 'variance', 'offset?', 'scale?'],
  kind: 'elementwise',
  infer: ({ x }) => x,
  gradient: {
    saves: { inputs: ['x', 'mean', 'variance', 'scale'] },
    run: ({ dy, inputs, attrs }) => {
      const { x, mean, variance } = inputs;
      const scale = inputs.scale as Tensor | undefined;
      const inverse = rsqrt(add(variance, attrs.varianceEpsilon as number));
      const scaled = (): Tensor => mul(dy, scale ? mul(inverse, scale) : inverse);
      const centered = (): Tensor => sub(x, mean);
      return {
        x: () => reduceToShape(scaled(), x.shape),
        mean: () => reduceToShape(neg(scaled()), mean.shape),
        variance: () => reduceToShape(mul(mul(scaled(), centered()), mul(-0.5, square(inverse))), variance.shape),
        scale: () => reduceToShape(mul(dy, mul(centered(), inverse)), scale!.shape),
        offset: () => reduceToShape(dy, mean.shape),
      };
    },
  },
};
