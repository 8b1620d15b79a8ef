import { config, ops, scope, type TensorLike, toTensor } from '@capas/core';
import type { Quantized } from './quantizer.ts';

/** Options of {@link absMaxQuantize}. */
export interface AbsMaxQuantizeOptions {
  /** The least and the greatest of the whole numbers. @defaultValue `[-127, 127]` */
  readonly valueRange?: readonly [number, number] | readonly number[];
  /** Keeps the divisor from 0. @defaultValue that of `config.epsilon()` */
  readonly epsilon?: number;
}

/**
 * Whole numbers whose greatest magnitude along `axis` is that of the range: `round(x · scale)`, where `scale = 127 / (max|x| + epsilon)`.
 *
 * Shapes: `x [...]` → `values [...]`, and `scale` with 1 at `axis`. Both are float32; halves are rounded to even.
 *
 * @param axis the axes whose elements have one scale; none (`[]`): each element has its own
 * @see Keras 3, `abs_max_quantize` in `keras/src/quantizers/quantizers.py`
 * @example
 * quantizers.absMaxQuantize([[1, -2], [0.5, 0.25]], 1).values; // [[64, -127], [127, 64]]
 */
export function absMaxQuantize(
  x: TensorLike,
  axis: number | readonly number[],
  { valueRange: [least = -127, greatest = 127] = [], epsilon = config.epsilon() }: AbsMaxQuantizeOptions = {},
): Quantized {
  return scope(() => {
    const given = ops.cast(toTensor(x), 'float32');
    const size = ops.abs(given);
    const isEach = typeof axis !== 'number' && axis.length === 0;
    const largest = isEach ? size : ops.max(size, { axis, keepdims: true });
    const scale = ops.divide(greatest, ops.add(largest, epsilon));
    return { values: ops.clip(ops.round(ops.multiply(given, scale)), least, greatest), scale };
  });
}
