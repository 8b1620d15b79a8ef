import { ops, type Tensor } from '@capas/core';

/** What the samples of a batch are mixed with. */
export interface Mixture {
  /** The other sample of each, int32 `[n]`. */
  readonly order: Tensor;
  /** The share of the sample itself, `[n]`. */
  readonly share: Tensor;
}

/** `share · x + (1 − share) · other` for `x` `[n, …]`, as float32. */
export function blend(x: Tensor, { order, share }: Mixture): Tensor {
  const own = ops.cast(x, 'float32');
  const weight = ops.reshape(share, [-1, ...new Array<number>(x.rank - 1).fill(1)]);
  const others = ops.take(own, order, { axis: 0 });
  return ops.add(ops.multiply(weight, own), ops.multiply(ops.subtract(1, weight), others));
}
