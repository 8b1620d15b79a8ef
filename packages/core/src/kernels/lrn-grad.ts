import { callOf, inputOf, numberOf } from '../program/expression.ts';
import { lowerNorm, sumOfNeighbours } from './lrn-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The gradient of `LRN` as one kernel. Ours is composed instead, and so has a derivative itself. */
export const lrnGrad: KernelSpec<'x' | 'y' | 'dy'> = {
  name: 'LRNGrad',
  inputs: ['x', 'y', 'dy'],
  kind: 'reduce',
  infer: ({ x }) => ({ shape: x.shape, dtype: 'float32' }),
  lower: ({ builder, inputs: { x, y, dy }, attrs }) => {
    // dx = dy s⁻ᵝ - 2αβ x Σ dy y / s
    const { depthRadius, alpha, beta } = attrs as Record<'depthRadius' | 'alpha' | 'beta', number>;
    const s = lowerNorm(builder, x, attrs);
    const shares = builder.map(callOf('div', callOf('mul', inputOf(0), inputOf(1)), inputOf(2)), dy, y, s);
    const shared = sumOfNeighbours(builder, shares, depthRadius);
    const direct = callOf('mul', inputOf(0), callOf('pow', inputOf(1), numberOf(-beta)));
    const indirect = callOf('mul', callOf('mul', inputOf(2), numberOf(2 * alpha * beta)), inputOf(3));
    return builder.map(callOf('sub', direct, indirect), dy, s, x, shared);
  },
};
