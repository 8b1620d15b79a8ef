import * as tf from '@tensorflow/tfjs-core';
import { scope } from '../tensor/scope.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { drawsOf, type SeedOption } from './draw.ts';
import { drawBeta, parameter } from './gamma.ts';

/**
 * How many of `counts` trials succeed, each with one of `probabilities` (numbers, or tensors that broadcast to `shape`);
 * whole float32 values.
 *
 * Exact for counts below 2²⁴, without a loop over trials: the middle one of `n` uniform values has a beta distribution, and
 * whether it lies above or below the probability halves the trials that are left.
 *
 * @see J. H. Ahrens and U. Dieter, "Computer methods for sampling from gamma, beta, Poisson and binomial distributions", 1974.
 * @example
 * random.binomial([1000], 10, 0.3, { seed: 1 }); // mean 3
 */
export function binomial(
  shape: Shape,
  counts: TensorLike,
  probabilities: TensorLike,
  options: SeedOption = {},
): Tensor {
  return scope(() => {
    const draw = drawsOf(options);
    let left = tf.floor(parameter('binomial', counts, shape));
    let p = parameter('binomial', probabilities, shape);
    let successes: Tensor = tf.zeros([...shape]);
    for (let round = roundsFor(counts); round > 0; round--) {
      const middle = tf.floor(tf.div(tf.add(left, 1), 2));
      const above = tf.sub(tf.add(left, 1), middle);
      // where nothing is left the parameters only have to be legal
      const value = drawBeta(draw, shape, tf.maximum(middle, 1), tf.maximum(above, 1));
      const isBelow = tf.logicalAnd(tf.lessEqual(value, p), tf.greater(left, 0));
      successes = tf.add(successes, tf.where(isBelow, middle, tf.zerosLike(middle)));
      p = tf.where(isBelow, tf.divNoNan(tf.sub(p, value), tf.sub(1, value)), tf.divNoNan(p, value));
      left = tf.maximum(tf.where(isBelow, tf.sub(left, middle), tf.sub(middle, 1)), 0);
    }
    return successes;
  });
}

/** After so many halvings no trial is left. */
const roundsFor = (counts: TensorLike): number => (typeof counts === 'number' ? Math.ceil(Math.log2(counts + 1)) : 24);
