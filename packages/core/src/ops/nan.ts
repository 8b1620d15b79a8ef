import * as tf from '@tensorflow/tfjs-core';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { type ArgOptions, argmax, argmin, max, min, prod, sum } from './reduce.ts';
import { type CumulativeOptions, cumprod, cumsum } from './scan.ts';
import { axesOf, axisOf, constant, floats, type ReduceOptions } from './support.ts';

/** The sum of the elements that are not NaN. */
export function nansum(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return scope(() => sum(filled('nansum', x, 0), options));
}

/** The product of the elements that are not NaN. */
export function nanprod(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return scope(() => prod(filled('nanprod', x, 1), options));
}

/** The mean of the elements that are not NaN; NaN if there is none. */
export function nanmean(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return scope(() => {
    const value = floats('nanmean', x);
    return tf.div(sum(filled('nanmean', value, 0), options), sum(present(value), options));
  });
}

/** The variance of the elements that are not NaN. */
export function nanvar(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return scope(() => {
    const value = floats('nanvar', x);
    const axes = axesOf('nanvar', options.axis, value.rank);
    const mask = present(value);
    const known = filled('nanvar', value, 0);
    const centre = tf.div(tf.sum(known, axes, true), tf.sum(mask, axes, true));
    const distance = tf.mul(tf.sub(known, centre), mask);
    return tf.div(sum(tf.square(distance), options), sum(mask, options));
  });
}

/** The standard deviation of the elements that are not NaN. */
export function nanstd(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return scope(() => tf.sqrt(nanvar(x, options)));
}

/** The largest of the elements that are not NaN; NaN if there is none. */
export function nanmax(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return scope(() => orNan(x, max(filled('nanmax', x, Number.NEGATIVE_INFINITY), options), options));
}

/** The smallest of the elements that are not NaN; NaN if there is none. */
export function nanmin(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return scope(() => orNan(x, min(filled('nanmin', x, Number.POSITIVE_INFINITY), options), options));
}

/** The index of the largest of the elements that are not NaN; −1 if there is none. */
export function nanargmax(x: TensorLike, options: ArgOptions = {}): Tensor {
  return scope(() => orMinusOne(x, argmax(filled('nanargmax', x, Number.NEGATIVE_INFINITY), options), options));
}

/** The index of the smallest of the elements that are not NaN; −1 if there is none. */
export function nanargmin(x: TensorLike, options: ArgOptions = {}): Tensor {
  return scope(() => orMinusOne(x, argmin(filled('nanargmin', x, Number.POSITIVE_INFINITY), options), options));
}

/** The cumulative sum in which NaN counts as 0. */
export function nancumsum(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  return scope(() => cumsum(filled('nancumsum', x, 0), options));
}

/** The cumulative product in which NaN counts as 1. */
export function nancumprod(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  return scope(() => cumprod(filled('nancumprod', x, 1), options));
}

/** Options of {@link nanToNum}. */
export interface NanToNumOptions {
  /** @defaultValue `0` */
  readonly nan?: number;
  /** @defaultValue the largest float32 */
  readonly posinf?: number | null;
  /** @defaultValue the smallest float32 */
  readonly neginf?: number | null;
}

/** The elements with NaN and infinities replaced by numbers. */
export function nanToNum(x: TensorLike, options: NanToNumOptions = {}): Tensor {
  return scope(() => {
    const value = floats('nanToNum', x);
    const swap = (v: Tensor, test: () => Tensor, by: number) => tf.where(constant(test), tf.fill(v.shape, by), v);
    const known = swap(value, () => tf.isNaN(value), options.nan ?? 0);
    const bounded = swap(known, () => tf.equal(value, Infinity), options.posinf ?? MAX_FLOAT);
    return swap(bounded, () => tf.equal(value, -Infinity), options.neginf ?? -MAX_FLOAT);
  });
}

const MAX_FLOAT = 3.4028234663852886e38;

function filled(who: string, x: TensorLike, by: number): Tensor {
  const value = floats(who, x);
  return tf.where(
    constant(() => tf.isNaN(value)),
    tf.fill(value.shape, by),
    value,
  );
}

const present = (x: Tensor): Tensor => constant(() => tf.cast(tf.logicalNot(tf.isNaN(x)), 'float32'));

function orNan(x: TensorLike, result: Tensor, options: ReduceOptions): Tensor {
  const found = constant(() => tf.greater(sum(present(floats('nanmax', x)), options), 0));
  return tf.where(found, result, tf.fill(result.shape, Number.NaN));
}

function orMinusOne(x: TensorLike, index: Tensor, options: ArgOptions): Tensor {
  return constant(() => {
    const value = floats('nanargmax', x);
    const axis =
      options.axis === null || options.axis === undefined ? null : axisOf('nanargmax', options.axis, value.rank);
    const found = tf.greater(sum(present(value), { axis, keepdims: options.keepdims }), 0);
    return tf.where(found, index, tf.fill(index.shape, -1, 'int32'));
  });
}
