import { add, mul, neg, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { callOf, inputOf, numberOf } from '../program/expression.ts';
import type { ValueId } from '../program/program.ts';
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
  lower: ({ builder, inputs, attrs }) => {
    const { x, mean, variance } = inputs;
    const [scale, offset] = [inputs.scale, inputs.offset] as (ValueId | undefined)[];
    // the factor is one number per channel; what is left for each element is a difference, a product and a sum
    const inverse = callOf('rsqrt', callOf('add', inputOf(0), numberOf(attrs.varianceEpsilon as number)));
    const factor =
      scale === undefined
        ? builder.map(inverse, variance)
        : builder.map(callOf('mul', inverse, inputOf(1)), variance, scale);
    const scaled = callOf('mul', callOf('sub', inputOf(0), inputOf(1)), inputOf(2));
    return offset === undefined
      ? builder.map(scaled, x, mean, factor)
      : builder.map(callOf('add', scaled, inputOf(3)), x, mean, factor, offset);
  },
};
