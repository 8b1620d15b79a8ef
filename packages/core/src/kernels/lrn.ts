import { add, matMul, mul, pow, reshape, square, sub, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { callOf, inputOf, numberOf } from '../program/expression.ts';
import { lowerNorm } from './lrn-lowering.ts';
import type { KernelSpec } from './spec.ts';

/**
 * Local response normalization: `y = x s⁻ᵝ`, `s = bias + α Σ x²` over the channels no further than `depthRadius` away.
 */
export const lrn: KernelSpec<'x'> = {
  name: 'LRN',
  inputs: ['x'],
  kind: 'reduce',
  infer: ({ x }) => x,
  gradient: {
    saves: { inputs: ['x'] },
    // dx = dy s⁻ᵝ - 2αβ x Σ dy x s⁻ᵝ⁻¹: i is near j exactly if j is near i
    run: ({ dy, inputs: { x }, attrs }) => ({
      x: () => {
        const { depthRadius, bias, alpha, beta } = attrs as Record<'depthRadius' | 'bias' | 'alpha' | 'beta', number>;
        const nearby = sumOver(depthRadius, x.shape);
        const s = add(bias, mul(alpha, nearby(square(x))));
        const direct = mul(dy, pow(s, -beta));
        const shared = nearby(mul(mul(dy, x), pow(s, -beta - 1)));
        return sub(direct, mul(mul(x, 2 * alpha * beta), shared));
      },
    }),
  },
  lower: ({ builder, inputs: { x }, attrs }) => {
    const { beta } = attrs as Record<'beta', number>;
    const s = lowerNorm(builder, x, attrs);
    return builder.map(callOf('mul', inputOf(0), callOf('pow', inputOf(1), numberOf(-beta))), x, s);
  },
};

/** Sums over neighbouring channels, as a product with a band of ones. */
function sumOver(radius: number, shape: number[]): (x: Tensor) => Tensor {
  const channels = shape.at(-1)!;
  const band = Float32Array.from({ length: channels * channels }, (_, i) =>
    Math.abs(Math.floor(i / channels) - (i % channels)) <= radius ? 1 : 0,
  );
  return (x) => reshape(matMul(reshape(x, [-1, channels]), tensor(band, [channels, channels])), shape);
}
