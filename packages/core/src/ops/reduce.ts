import * as tf from '@tensorflow/tfjs-core';
import { scope } from '../tensor/scope.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { axesOf, axisOf, booleans, constant, floats, numbers, type ReduceOptions, tensor } from './support.ts';

/** The sum along axes. Booleans are counted, as int32. */
export function sum(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce('sum', numbers, x, options, tf.sum);
}

/** The mean along axes, float32. */
export function mean(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce('mean', floats, x, options, tf.mean);
}

/** The product along axes. */
export function prod(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce('prod', numbers, x, options, tf.prod);
}

/** The largest element along axes, of the dtype of `x`; at least `initial`, if given. */
export function max(x: TensorLike, options: ReduceOptions & { readonly initial?: number } = {}): Tensor {
  return scope(() => {
    const given = tensor('max', x);
    const value = reduce('max', numbers, given, options, tf.max);
    const { initial } = options;
    return tf.cast(initial === undefined ? value : tf.maximum(value, tf.scalar(initial, value.dtype)), given.dtype);
  });
}

/** The smallest element along axes, of the dtype of `x`; at most `initial`, if given. */
export function min(x: TensorLike, options: ReduceOptions & { readonly initial?: number } = {}): Tensor {
  return scope(() => {
    const given = tensor('min', x);
    const value = reduce('min', numbers, given, options, tf.min);
    const { initial } = options;
    return tf.cast(initial === undefined ? value : tf.minimum(value, tf.scalar(initial, value.dtype)), given.dtype);
  });
}

/** The largest element along axes; the same as {@link max}. */
export function amax(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return max(x, options);
}

/** The smallest element along axes; the same as {@link min}. */
export function amin(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return min(x, options);
}

/** The largest element less the smallest. */
export function ptp(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return scope(() => {
    const value = numbers('ptp', x);
    return tf.sub(max(value, options), min(value, options));
  });
}

/** The mean squared distance from the mean, along axes. */
export function variance(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return scope(() => {
    const value = floats('var', x);
    const axes = axesOf('var', options.axis, value.rank);
    const centred = tf.sub(value, tf.mean(value, axes, true));
    return tf.mean(tf.square(centred), axes, options.keepdims);
  });
}

/** The standard deviation: the square root of the variance. */
export function std(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return scope(() => tf.sqrt(variance(x, options)));
}

/** The mean and the variance along `axes`. */
export function moments(
  x: TensorLike,
  axes: number | readonly number[],
  options: { readonly keepdims?: boolean } = {},
): [mean: Tensor, variance: Tensor] {
  return scope(() => [mean(x, { axis: axes, ...options }), variance(x, { axis: axes, ...options })]);
}

/** The mean weighted by `weights`: of the shape of `x`, or of its length along the one `axis`. */
export function average(
  x: TensorLike,
  options: { readonly axis?: ReduceOptions['axis']; readonly weights?: TensorLike | null } = {},
): Tensor {
  return scope(() => {
    const { axis, weights } = options;
    if (weights === undefined || weights === null) return mean(x, { axis });
    const value = floats('average', x);
    let w = floats('average', weights);
    if (w.rank === 1 && value.rank > 1 && typeof axis === 'number') {
      const shape = new Array<number>(value.rank).fill(1);
      shape[axisOf('average', axis, value.rank)] = w.size;
      w = tf.reshape(w, shape);
    }
    const axes = axesOf('average', axis, value.rank);
    const spread = tf.mul(
      w,
      constant(() => tf.onesLike(value)),
    );
    return tf.div(tf.sum(tf.mul(value, w), axes), tf.sum(spread, axes));
  });
}

/** `ln Σ e^x` along axes, stable for large values. */
export function logsumexp(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return scope(() => {
    const value = floats('logsumexp', x);
    const axes = axesOf('logsumexp', options.axis, value.rank);
    const shift = constant(() => {
      const largest = tf.max(value, axes, true);
      return tf.where(tf.isFinite(largest), largest, tf.zerosLike(largest));
    });
    const total = tf.add(tf.log(tf.sum(tf.exp(tf.sub(value, shift)), axes, true)), shift);
    return options.keepdims ? total : tf.squeeze(total, axes);
  });
}

/** True where every element along the axes is not 0. */
export function all(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce('all', booleans, x, options, tf.all);
}

/** True where some element along the axes is not 0. */
export function any(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce('any', booleans, x, options, tf.any);
}

/** How many elements along the axes are not 0; int32. */
export function countNonzero(x: TensorLike, options: { readonly axis?: ReduceOptions['axis'] } = {}): Tensor {
  return reduce('countNonzero', (who, v) => tf.cast(booleans(who, v), 'int32'), x, options, tf.sum);
}

/** Options of {@link argmax}. */
export interface ArgOptions {
  /** @defaultValue the index into the flattened tensor */
  readonly axis?: number | null | undefined;
  readonly keepdims?: boolean | undefined;
}

/** The index of the largest element along `axis`, the first of equals; int32. */
export function argmax(x: TensorLike, options: ArgOptions = {}): Tensor {
  return arg('argmax', x, options, tf.argMax);
}

/** The index of the smallest element along `axis`, the first of equals; int32. */
export function argmin(x: TensorLike, options: ArgOptions = {}): Tensor {
  return arg('argmin', x, options, tf.argMin);
}

type Reduction = (x: Tensor, axis: number[], keepDims?: boolean) => Tensor;

function reduce(
  who: string,
  convert: (who: string, x: TensorLike) => Tensor,
  x: TensorLike,
  { axis, keepdims }: ReduceOptions,
  fn: Reduction,
): Tensor {
  return scope(() => {
    const value = convert(who, x);
    const axes = axesOf(who, axis, value.rank);
    return axes.length === 0 ? tf.clone(value) : fn(value, axes, keepdims);
  });
}

function arg(who: string, x: TensorLike, options: ArgOptions, fn: (x: Tensor, axis: number) => Tensor): Tensor {
  return scope(() => {
    const value = numbers(who, x);
    const { axis, keepdims } = options;
    if (axis === null || axis === undefined) {
      const index = constant(() => fn(tf.reshape(value, [sizeOf(value.shape)]), 0));
      return keepdims
        ? tf.reshape(
            index,
            value.shape.map(() => 1),
          )
        : index;
    }
    const along = axisOf(who, axis, value.rank);
    const index = constant(() => fn(value, along));
    return keepdims ? tf.expandDims(index, along) : index;
  });
}
