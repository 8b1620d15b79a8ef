import * as tf from '@tensorflow/tfjs-core';
import { requireInteger, requireNumber } from '../check.ts';
import { ArgumentError } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type TensorLike, toTensor } from '../tensor/to-tensor.ts';
import { draw, type SeedOption } from './draw.ts';

/** Uniform values in `[minval, maxval)`: float32, or integers with `dtype: 'int32'`. */
export function uniform(
  shape: Shape,
  options: SeedOption & {
    readonly minval?: number;
    readonly maxval?: number;
    readonly dtype?: 'float32' | 'int32';
  } = {},
): Tensor {
  const { minval = 0, maxval = 1, dtype = 'float32' } = options;
  if (dtype === 'int32') return randint(shape, minval, maxval, options);
  return scope(() => affine(draw('uniform', shape, options), maxval - minval, minval));
}

/** Normally distributed float32 values. */
export function normal(
  shape: Shape,
  options: SeedOption & { readonly mean?: number; readonly stddev?: number } = {},
): Tensor {
  return scope(() => affine(draw('normal', shape, options), options.stddev ?? 1, options.mean ?? 0));
}

/** Normally distributed float32 values, none further than two standard deviations from the mean. */
export function truncatedNormal(
  shape: Shape,
  options: SeedOption & { readonly mean?: number; readonly stddev?: number } = {},
): Tensor {
  return scope(() => affine(draw('truncatedNormal', shape, options), options.stddev ?? 1, options.mean ?? 0));
}

/** Uniform int32 values from `minval` to `maxval`, which is excluded. */
export function randint(shape: Shape, minval: number, maxval: number, options: SeedOption = {}): Tensor {
  requireInteger('random.randint', 'minval', minval);
  requireInteger('random.randint', 'maxval', maxval, minval + 1, `an integer above minval (${minval})`);
  return scope(() => {
    const scaled = tf.floor(affine(draw('uniform', shape, options), maxval - minval, 0));
    // the product may round up to the range itself when it is wide
    return tf.cast(tf.add(tf.minimum(scaled, maxval - minval - 1), minval), 'int32');
  });
}

/** 1 with probability `p`, else 0; float32. */
export function bernoulli(shape: Shape, p: number, options: SeedOption = {}): Tensor {
  requireNumber('random.bernoulli', 'p', p, 0, 1);
  return scope(() => tf.cast(tf.less(draw('uniform', shape, options), p), 'float32'));
}

/**
 * `numSamples` class indices for each row of unnormalised log-probabilities `[batch, classes]`; int32 `[batch, numSamples]`.
 * By the Gumbel trick: `argmax(logits + gumbel)`.
 */
export function categorical(logits: TensorLike, numSamples: number, options: SeedOption = {}): Tensor {
  requireInteger('random.categorical', 'numSamples', numSamples, 1);
  return scope(() => {
    const scores = toTensor(logits, 'float32', 'random.categorical');
    if (scores.rank !== 2) throw new ArgumentError('random.categorical', 'logits', 'of shape [batch, classes]', scores);
    const [batch, classes] = scores.shape as [number, number];
    const noise = draw('uniform', [batch, numSamples, classes], options);
    const gumbel = tf.neg(tf.log(tf.neg(tf.log(tf.maximum(noise, 2 ** -25)))));
    return tf.argMax(tf.add(tf.expandDims(scores, 1), gumbel), -1);
  });
}

/** The items of `x` along `axis` in a random order. */
export function shuffle(x: TensorLike, options: SeedOption & { readonly axis?: number } = {}): Tensor {
  return scope(() => {
    const items = toTensor(x, undefined, 'random.shuffle');
    const axis = options.axis ?? 0;
    const keys = draw('uniform', [items.shape.at(axis)!], options);
    return tf.gather(items, tf.topk(keys, items.shape.at(axis)!, true).indices, axis);
  });
}

/**
 * Sets a share `rate` of the elements to 0 and scales the others by `1 / (1 − rate)`.
 * `noiseShape` (1 where one decision holds for the whole axis) draws a smaller mask that is broadcast.
 */
export function dropout(
  x: TensorLike,
  rate: number,
  options: SeedOption & { readonly noiseShape?: readonly (number | null)[] | undefined } = {},
): Tensor {
  requireNumber('random.dropout', 'rate', rate, 0, 1);
  return scope(() => {
    const input = toTensor(x, undefined, 'random.dropout');
    if (rate === 0) return tf.clone(input);
    if (rate === 1) return tf.zerosLike(input);
    const shape = options.noiseShape?.map((dim, axis) => dim ?? input.shape[axis]!) ?? input.shape;
    const kept = tf.cast(tf.greaterEqual(draw('uniform', shape, options), rate), 'float32');
    return tf.mul(input, tf.mul(kept, 1 / (1 - rate)));
  });
}

function affine(x: Tensor, scale: number, offset: number): Tensor {
  const scaled = scale === 1 ? x : tf.mul(x, scale);
  return offset === 0 ? scaled : tf.add(scaled, offset);
}
