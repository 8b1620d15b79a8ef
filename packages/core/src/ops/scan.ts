import * as tf from '@tensorflow/tfjs-core';
import { requireInteger } from '../check.ts';
import type { DType } from '../tensor/dtype.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { axisOf, numbers } from './support.ts';

/** Options of the cumulative ops. */
export interface CumulativeOptions {
  /** @defaultValue the flattened tensor */
  readonly axis?: number | null | undefined;
  /** @defaultValue that of the input, int32 for bool */
  readonly dtype?: DType | undefined;
}

/** Each element is the sum of those up to it. */
export function cumsum(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  return cumulate('cumsum', x, options, (value, axis) => tf.cumsum(value, axis));
}

/** Each element is the product of those up to it. */
export function cumprod(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  return cumulate('cumprod', x, options, (value, axis) => tf.cumprod(value, axis));
}

/** The differences of neighbours along `axis`, taken `n` times. */
export function diff(a: TensorLike, options: { readonly n?: number; readonly axis?: number } = {}): Tensor {
  const n = requireInteger('ops.diff', 'n', options.n ?? 1, 0);
  return scope(() => {
    let value = numbers('diff', a);
    const axis = axisOf('diff', options.axis ?? -1, value.rank);
    for (let i = 0; i < n; i++) value = tf.sub(part(value, axis, 1, 0), part(value, axis, 0, 1));
    return n === 0 ? tf.clone(value) : value;
  });
}

/** The area under the line through the points `y` by the trapezoidal rule; at the places `x`, or `dx` apart. */
export function trapezoid(
  y: TensorLike,
  options: { readonly x?: TensorLike | null; readonly dx?: number; readonly axis?: number } = {},
): Tensor {
  return scope(() => {
    const value = tf.cast(numbers('trapezoid', y), 'float32');
    const axis = axisOf('trapezoid', options.axis ?? -1, value.rank);
    const heights = tf.mul(tf.add(part(value, axis, 1, 0), part(value, axis, 0, 1)), 0.5);
    if (options.x === undefined || options.x === null) return tf.mul(tf.sum(heights, axis), options.dx ?? 1);
    const places = tf.cast(numbers('trapezoid', options.x), 'float32');
    const widths = diff(places, { axis: places.rank === 1 ? 0 : axis });
    const shape = heights.shape.map((dim, i) => (i === axis ? dim : 1));
    return tf.sum(tf.mul(heights, widths.rank === 1 ? tf.reshape(widths, shape) : widths), axis);
  });
}

/** `x` along `axis` without its first `head` and its last `tail` elements. */
export function part(x: Tensor, axis: number, head: number, tail: number): Tensor {
  const begin = x.shape.map((_, i) => (i === axis ? head : 0));
  const size = x.shape.map((dim, i) => (i === axis ? Math.max(0, dim - head - tail) : dim));
  return tf.slice(x, begin, size);
}

function cumulate(
  who: string,
  x: TensorLike,
  { axis, dtype }: CumulativeOptions,
  fn: (x: Tensor, axis: number) => Tensor,
): Tensor {
  return scope(() => {
    const given = numbers(who, x);
    const value = dtype === undefined ? given : tf.cast(given, dtype);
    return axis === undefined || axis === null
      ? fn(tf.reshape(value, [value.size]), 0)
      : fn(value, axisOf(who, axis, value.rank));
  });
}
