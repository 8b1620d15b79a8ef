import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { alongAxis, axisOf, constant, numbers, onFloats, onLastAxis } from './support.ts';

/** `max(x, 0)`. */
export function relu(x: TensorLike): Tensor {
  return scope(() => {
    const value = numbers('relu', x);
    return value.dtype === 'int32' ? tf.maximum(value, tf.scalar(0, 'int32')) : tf.relu(value);
  });
}

/** `min(max(x, 0), 6)`. */
export function relu6(x: TensorLike): Tensor {
  return onFloats('relu6', x, (a) => tf.relu6(a));
}

/** `x` where positive, else `negativeSlope · x`. */
export function leakyRelu(x: TensorLike, options: { readonly negativeSlope?: number } = {}): Tensor {
  return onFloats('leakyRelu', x, (a) => tf.leakyRelu(a, options.negativeSlope ?? 0.2));
}

/** `1 / (1 + e^−x)`. */
export function sigmoid(x: TensorLike): Tensor {
  return onFloats('sigmoid', x, (a) => tf.sigmoid(a));
}

/** `ln(sigmoid(x))`, stable for large negative `x`. */
export function logSigmoid(x: TensorLike): Tensor {
  return onFloats('logSigmoid', x, (a) => tf.neg(tf.softplus(tf.neg(a))));
}

/** `ln(1 + e^x)`. */
export function softplus(x: TensorLike): Tensor {
  return onFloats('softplus', x, (a) => tf.softplus(a));
}

/** `x / (1 + |x|)`. */
export function softsign(x: TensorLike): Tensor {
  return onFloats('softsign', x, (a) => tf.div(a, tf.add(tf.abs(a), 1)));
}

/** `x · sigmoid(x)`, also called swish. */
export function silu(x: TensorLike): Tensor {
  return onFloats('silu', x, (a) => tf.mul(a, tf.sigmoid(a)));
}

/** `x · sigmoid(x)`, the same as {@link silu}. */
export function swish(x: TensorLike): Tensor {
  return silu(x);
}

/** `x · tanh(softplus(x))`. */
export function mish(x: TensorLike): Tensor {
  return onFloats('mish', x, (a) => tf.mul(a, tf.tanh(tf.softplus(a))));
}

/** `(x + √(x² + b)) / 2`. */
export function squareplus(x: TensorLike, options: { readonly b?: number } = {}): Tensor {
  return onFloats('squareplus', x, (a) => tf.mul(tf.add(a, tf.sqrt(tf.add(tf.square(a), options.b ?? 4))), 0.5));
}

/** `x` where positive, else `alpha · (e^x − 1)`. */
export function elu(x: TensorLike, options: { readonly alpha?: number } = {}): Tensor {
  const alpha = options.alpha ?? 1;
  return onFloats('elu', x, (a) => {
    const value = tf.elu(a);
    if (alpha === 1) return value;
    const positive = constant(() => tf.greater(a, 0));
    return tf.where(positive, value, tf.mul(value, alpha));
  });
}

/** The self-normalising ELU: `1.0507 · elu(x, alpha = 1.6733)`. */
export function selu(x: TensorLike): Tensor {
  return onFloats('selu', x, (a) => tf.selu(a));
}

/** `max(x, 0) + alpha · (e^(min(x, 0) / alpha) − 1)`. */
export function celu(x: TensorLike, options: { readonly alpha?: number } = {}): Tensor {
  const alpha = options.alpha ?? 1;
  return onFloats('celu', x, (a) => {
    const negative = tf.expm1(tf.div(tf.minimum(a, 0), alpha));
    return tf.add(tf.maximum(a, 0), tf.mul(negative, alpha));
  });
}

/** `x · Φ(x)` with the normal distribution function; by its tanh approximation unless `approximate` is false. */
export function gelu(x: TensorLike, options: { readonly approximate?: boolean } = {}): Tensor {
  return onFloats('gelu', x, (a) => {
    const inner =
      (options.approximate ?? true)
        ? tf.tanh(tf.mul(tf.add(a, tf.mul(tf.mul(a, tf.square(a)), 0.044715)), Math.sqrt(2 / Math.PI)))
        : tf.erf(tf.mul(a, Math.SQRT1_2));
    return tf.mul(tf.mul(a, 0.5), tf.add(inner, 1));
  });
}

/** Splits `axis` into halves `a`, `b`: `a · sigmoid(b)`. */
export function glu(x: TensorLike, options: { readonly axis?: number } = {}): Tensor {
  return onFloats('glu', x, (value) => {
    const axis = axisOf('glu', options.axis ?? -1, value.rank);
    if (value.shape[axis]! % 2 !== 0) {
      throw new ShapeError(`ops.glu: axis ${axis} must have an even length. Received: ${showShape(value.shape)}.`);
    }
    const [a, b] = tf.split(value, 2, axis) as [Tensor, Tensor];
    return tf.mul(a, tf.sigmoid(b));
  });
}

/** `relu6(x + 3) / 6`. */
export function hardSigmoid(x: TensorLike): Tensor {
  return onFloats('hardSigmoid', x, (a) => tf.div(tf.relu6(tf.add(a, 3)), 6));
}

/** `x · hardSigmoid(x)`, also called hard swish. */
export function hardSilu(x: TensorLike): Tensor {
  return onFloats('hardSilu', x, (a) => tf.mul(a, tf.div(tf.relu6(tf.add(a, 3)), 6)));
}

/** The same as {@link hardSilu}. */
export function hardSwish(x: TensorLike): Tensor {
  return hardSilu(x);
}

/** `x` limited to −1 … 1. */
export function hardTanh(x: TensorLike): Tensor {
  return onFloats('hardTanh', x, (a) => tf.clipByValue(a, -1, 1));
}

/** `x` where `|x| > threshold`, else 0. */
export function hardShrink(x: TensorLike, options: { readonly threshold?: number } = {}): Tensor {
  return onFloats('hardShrink', x, (a) => keepWhere(a, () => tf.greater(tf.abs(a), options.threshold ?? 0.5)));
}

/** `x` moved towards 0 by `threshold`, and 0 within. */
export function softShrink(x: TensorLike, options: { readonly threshold?: number } = {}): Tensor {
  const t = options.threshold ?? 0.5;
  return onFloats('softShrink', x, (a) => tf.add(tf.relu(tf.sub(a, t)), tf.minimum(tf.add(a, t), 0)));
}

/** `x − tanh(x)`. */
export function tanhShrink(x: TensorLike): Tensor {
  return onFloats('tanhShrink', x, (a) => tf.sub(a, tf.tanh(a)));
}

/** `x` where `x > threshold`, else `defaultValue`. */
export function threshold(x: TensorLike, threshold: number, defaultValue: number): Tensor {
  return onFloats('threshold', x, (a) => {
    const above = constant(() => tf.greater(a, threshold));
    return tf.where(above, a, tf.fill(a.shape, defaultValue));
  });
}

/** 0 up to −1, `(x + 1)² / 4` up to 1, then `x`. */
export function sparsePlus(x: TensorLike): Tensor {
  return onFloats('sparsePlus', x, (a) => {
    const parabola = tf.mul(tf.square(tf.add(tf.clipByValue(a, -1, 1), 1)), 0.25);
    return tf.add(parabola, tf.relu(tf.sub(a, 1)));
  });
}

/** `(x + 1) / 2` limited to 0 … 1. */
export function sparseSigmoid(x: TensorLike): Tensor {
  return onFloats('sparseSigmoid', x, (a) => tf.mul(tf.add(tf.clipByValue(a, -1, 1), 1), 0.5));
}

/** `e^x / Σ e^x` along `axis` (`null`: over all elements). */
export function softmax(x: TensorLike, options: { readonly axis?: number | null } = {}): Tensor {
  return onFloats('softmax', x, (a) => alongOneAxis('softmax', a, options.axis, (b) => tf.softmax(b)));
}

/** `x − ln Σ e^x` along `axis` (`null`: over all elements). */
export function logSoftmax(x: TensorLike, options: { readonly axis?: number | null } = {}): Tensor {
  return onFloats('logSoftmax', x, (a) => alongOneAxis('logSoftmax', a, options.axis, (b) => tf.logSoftmax(b)));
}

/** As softmax along `axis`, with exact zeros. @see Martins, Astudillo, 2016 */
export function sparsemax(x: TensorLike, options: { readonly axis?: number } = {}): Tensor {
  return onFloats('sparsemax', x, (a) => alongOneAxis('sparsemax', a, options.axis ?? -1, project));
}

/**
 * Keras's threshold sums the partial sums over the support where the paper takes the last of them. With one element in the
 * support both are the same; with more the result is no longer a point of the simplex. We follow Keras.
 */
function project(x: Tensor): Tensor {
  const classes = x.shape.at(-1)!;
  const size = constant(() => {
    const { values } = tf.topk(x, classes, true);
    const rank = alongAxis(tf.range(1, classes + 1), x.rank - 1, x.rank);
    const inside = tf.greater(tf.add(tf.mul(values, rank), 1), tf.cumsum(values, x.rank - 1));
    return tf.sum(tf.cast(inside, 'float32'), -1, true);
  });
  const share = constant(() => {
    // the place of each element in descending order: the inverse of the permutation that sorts them
    const order = tf.cast(tf.topk(x, classes, true).indices, 'float32');
    const place = tf.topk(tf.neg(order), classes, true).indices;
    return tf.relu(tf.sub(size, tf.cast(place, 'float32')));
  });
  const tau = tf.div(tf.sub(tf.sum(tf.mul(x, share), -1, true), 1), size);
  return tf.relu(tf.sub(x, tau));
}

function alongOneAxis(who: string, x: Tensor, axis: number | null | undefined, fn: (x: Tensor) => Tensor): Tensor {
  if (axis === null) return tf.reshape(fn(tf.reshape(x, [-1])), x.shape);
  return onLastAxis(x, axisOf(who, axis ?? -1, x.rank), fn);
}

function keepWhere(x: Tensor, condition: () => Tensor): Tensor {
  return tf.where(constant(condition), x, tf.zerosLike(x));
}
