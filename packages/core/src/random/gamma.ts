import * as tf from '@tensorflow/tfjs-core';
import { scope } from '../tensor/scope.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type TensorLike, toTensor } from '../tensor/to-tensor.ts';
import { type Draws, drawsOf, type SeedOption } from './draw.ts';

/**
 * Values of the gamma distribution with shape parameter `alpha` (a number, or a tensor that broadcasts to `shape`) and
 * scale 1; float32.
 *
 * @see G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", 2000.
 * @example
 * random.gamma([1000], 2.5, { seed: 1 }); // mean 2.5, variance 2.5
 */
export function gamma(shape: Shape, alpha: TensorLike, options: SeedOption = {}): Tensor {
  return scope(() => drawGamma(drawsOf(options), shape, parameter('gamma', alpha, shape)));
}

/**
 * Values of the beta distribution with parameters `alpha` and `beta` (numbers, or tensors that broadcast to `shape`), between
 * 0 and 1; float32.
 */
export function beta(shape: Shape, alpha: TensorLike, beta: TensorLike, options: SeedOption = {}): Tensor {
  return scope(() => {
    const [a, b] = [parameter('beta', alpha, shape), parameter('beta', beta, shape)];
    return drawBeta(drawsOf(options), shape, a, b);
  });
}

/** A parameter of `random.<who>` for each element. */
export const parameter = (who: string, value: TensorLike, shape: Shape): Tensor =>
  tf.broadcastTo(toTensor(value, 'float32', `random.${who}`), [...shape]);

/** From parameters of the whole shape. */
export function drawBeta(draw: Draws, shape: Shape, alpha: Tensor, beta: Tensor): Tensor {
  const a = drawGamma(draw, shape, alpha);
  const sum = tf.add(a, drawGamma(draw, shape, beta));
  // both may be 0 for tiny parameters
  return tf.where(tf.greater(sum, 0), tf.divNoNan(a, sum), tf.fill([...shape], 0.5));
}

function drawGamma(draw: Draws, shape: Shape, alpha: Tensor): Tensor {
  // the method needs alpha ≥ 1; a power of a uniform value leads to smaller ones
  const isSmall = tf.less(alpha, 1);
  const d = tf.sub(tf.add(alpha, tf.cast(isSmall, 'float32')), 1 / 3);
  const x = draw('normal', [TRIES, ...shape]);
  const v = tf.pow(tf.add(tf.div(x, tf.sqrt(tf.mul(d, 9))), 1), 3);
  const logV = tf.log(tf.maximum(v, 2 ** -100));
  const bound = tf.add(tf.mul(tf.square(x), 0.5), tf.mul(d, tf.add(tf.sub(1, v), logV)));
  const logU = tf.log(aboveZero(draw('uniform', [TRIES, ...shape])));
  const isAccepted = tf.logicalAnd(tf.greater(v, 0), tf.less(logU, bound));
  const large = firstOf(isAccepted, tf.mul(v, d), d);
  const boost = tf.pow(aboveZero(draw('uniform', shape)), tf.div(1, alpha));
  return tf.where(isSmall, tf.mul(large, boost), large);
}

/** One try in twenty fails at most. */
const TRIES = 8;

/** Logarithms and powers of 0 are of no use. */
const aboveZero = (x: Tensor): Tensor => tf.maximum(x, 2 ** -25);

/** Along the first axis, the value of the first try that was accepted; `otherwise` where none was. */
function firstOf(isAccepted: Tensor, values: Tensor, otherwise: Tensor): Tensor {
  const accepted = tf.unstack(isAccepted);
  return tf.unstack(values).reduceRight((later, value, i) => tf.where(accepted[i]!, value, later), otherwise);
}
