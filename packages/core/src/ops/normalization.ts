import * as tf from '@tensorflow/tfjs-core';
import * as config from '../config.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { type Axis, axesOf, axisOf, floats } from './support.ts';

/** Options of {@link batchNormalization}. */
export interface BatchNormalizationOptions {
  /** Added to the result. */
  readonly offset?: TensorLike | null | undefined;
  /** Multiplies the result. */
  readonly scale?: TensorLike | null | undefined;
  /** @defaultValue `1e-3` */
  readonly epsilon?: number | undefined;
}

/** `(x − mean) / √(variance + epsilon) · scale + offset`; the vectors belong to `axis` of `x`. */
export function batchNormalization(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  axis: number,
  options: BatchNormalizationOptions = {},
): Tensor {
  return scope(() => {
    const value = floats('batchNormalization', x);
    const along = axisOf('batchNormalization', axis, value.rank);
    const shape = value.shape.map((dim, i) => (i === along ? dim : 1));
    const vector = (v: TensorLike) => {
      const given = floats('batchNormalization', v);
      return given.rank === 1 ? tf.reshape(given, shape) : given;
    };
    const { offset, scale, epsilon = 1e-3 } = options;
    const centre = vector(mean);
    let factor = tf.rsqrt(tf.add(vector(variance), epsilon));
    if (scale !== undefined && scale !== null) factor = tf.mul(factor, vector(scale));
    const shift = tf.mul(centre, factor);
    const total = offset === undefined || offset === null ? tf.neg(shift) : tf.sub(vector(offset), shift);
    return tf.add(tf.mul(value, factor), total);
  });
}

/** Options of {@link layerNormalization}. */
export interface LayerNormalizationOptions {
  /** Multiplies the result; of the shape of the normalised axes. */
  readonly gamma?: TensorLike | null | undefined;
  /** Added to the result. */
  readonly beta?: TensorLike | null | undefined;
  /** @defaultValue `-1` */
  readonly axis?: number | readonly number[];
  /** @defaultValue `1e-7` */
  readonly epsilon?: number | null | undefined;
}

/** `(x − mean) / √(variance + epsilon) · gamma + beta`, each sample with its own mean and variance over `axis`. */
export function layerNormalization(x: TensorLike, options: LayerNormalizationOptions = {}): Tensor {
  return scope(() => {
    const value = floats('layerNormalization', x);
    const axes = axesOf('layerNormalization', options.axis ?? -1, value.rank);
    const centred = tf.sub(value, tf.mean(value, axes, true));
    const factor = tf.rsqrt(tf.add(tf.mean(tf.square(centred), axes, true), options.epsilon ?? config.epsilon()));
    const { gamma, beta } = options;
    let result = tf.mul(centred, factor);
    if (gamma !== undefined && gamma !== null) result = tf.mul(result, onAxes(gamma, value, axes));
    if (beta !== undefined && beta !== null) result = tf.add(result, onAxes(beta, value, axes));
    return result;
  });
}

/** `x / √(mean(x²) + epsilon) · scale`. */
export function rmsNormalization(
  x: TensorLike,
  options: {
    readonly scale?: TensorLike | null;
    readonly axis?: number | readonly number[];
    readonly epsilon?: number | null;
  } = {},
): Tensor {
  return scope(() => {
    const value = floats('rmsNormalization', x);
    const axes = axesOf('rmsNormalization', options.axis ?? -1, value.rank);
    const factor = tf.rsqrt(tf.add(tf.mean(tf.square(value), axes, true), options.epsilon ?? config.epsilon()));
    const result = tf.mul(value, factor);
    const { scale } = options;
    return scale === undefined || scale === null ? result : tf.mul(result, onAxes(scale, value, axes));
  });
}

/** `x` divided by its norm of the given `order` along `axis`, or by `epsilon` where the norm is smaller. */
export function normalize(
  x: TensorLike,
  options: { readonly axis?: Axis; readonly order?: number | 'inf'; readonly epsilon?: number | null } = {},
): Tensor {
  return scope(() => {
    const value = floats('normalize', x);
    const { order = 2 } = options;
    const epsilon = options.epsilon ?? config.epsilon();
    const axes = axesOf('normalize', options.axis === undefined ? -1 : options.axis, value.rank);
    if (order === 2) {
      const squares = tf.sum(tf.square(value), axes, true);
      return tf.mul(value, tf.rsqrt(tf.maximum(squares, epsilon * epsilon)));
    }
    const size = tf.abs(value);
    const norm =
      order === 'inf' || order === Number.POSITIVE_INFINITY
        ? tf.max(size, axes, true)
        : order === 1
          ? tf.sum(size, axes, true)
          : tf.pow(tf.sum(tf.pow(size, order), axes, true), 1 / order);
    return tf.div(value, tf.maximum(norm, epsilon));
  });
}

function onAxes(parameter: TensorLike, x: Tensor, axes: number[]): Tensor {
  const value = floats('layerNormalization', parameter);
  if (value.rank === x.rank) return value;
  return tf.reshape(
    value,
    x.shape.map((dim, i) => (axes.includes(i) ? dim : 1)),
  );
}
