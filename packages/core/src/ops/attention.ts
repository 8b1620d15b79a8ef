import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { einsum } from './einsum.ts';
import { repeat } from './shape.ts';
import { booleans, constant, floats } from './support.ts';

/** Options of {@link dotProductAttention}. */
export interface AttentionOptions {
  /** Added to the scores; broadcast to `[batch, heads, queries, keys]`. */
  readonly bias?: TensorLike | null;
  /** True where a query may look at a key; broadcast to `[batch, heads, queries, keys]`. */
  readonly mask?: TensorLike | null;
  /** @defaultValue `1 / √dim` */
  readonly scale?: number | null;
  /** Whether a query sees only keys up to its own place. @defaultValue `false` */
  readonly isCausal?: boolean;
  /** Limits the scores softly: `cap · tanh(score / cap)`. */
  readonly attnLogitsSoftCap?: number | null;
}

/**
 * Attention: softmax of the scaled scores `q · k`, times the values. `[batch, queries, heads, dim]`, `[batch, keys, heads, dim]`
 * twice. With fewer heads of keys than of queries each serves a group of them.
 */
export function dotProductAttention(
  query: TensorLike,
  key: TensorLike,
  value: TensorLike,
  options: AttentionOptions = {},
): Tensor {
  return scope(() => {
    const q = floats('dotProductAttention', query);
    let k = floats('dotProductAttention', key);
    let v = floats('dotProductAttention', value);
    if (q.rank !== 4 || k.rank !== 4 || v.rank !== 4) {
      throw new ShapeError(
        `ops.dotProductAttention: expected [batch, length, heads, dim] three times. Received: ${showShape(q.shape)}, ${showShape(k.shape)}, ${showShape(v.shape)}.`,
      );
    }
    const groups = q.shape[2]! / k.shape[2]!;
    if (groups > 1) {
      k = repeat(k, groups, { axis: 2 });
      v = repeat(v, groups, { axis: 2 });
    }
    const { bias, mask, scale, isCausal = false, attnLogitsSoftCap: cap } = options;
    let scores = tf.mul(einsum('btnh,bsnh->bnts', q, k), scale ?? 1 / Math.sqrt(k.shape[3]!));
    if (bias !== undefined && bias !== null) scores = tf.add(scores, floats('dotProductAttention', bias));
    if (cap) scores = tf.mul(tf.tanh(tf.div(scores, cap)), cap);
    const [rows, columns] = [scores.shape[2]!, scores.shape[3]!];
    if (isCausal) {
      const past = constant(() => tf.lessEqual(tf.range(0, columns), tf.reshape(tf.range(0, rows), [rows, 1])));
      scores = tf.where(past, scores, tf.fill(scores.shape, LARGE_NEGATIVE));
    }
    if (mask !== undefined && mask !== null) {
      scores = tf.where(booleans('dotProductAttention', mask), scores, tf.fill(scores.shape, LARGE_NEGATIVE));
    }
    return einsum('bnts,bsnh->btnh', tf.softmax(scores), v);
  });
}

/** Keras's stand-in for −∞: a row that is masked altogether stays finite. */
const LARGE_NEGATIVE = -0.7 * 3.38953e38;
