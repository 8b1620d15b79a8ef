import * as tf from '@tensorflow/tfjs-core';
import { requireOneOf } from '../check.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { constant, floats, tensor } from './support.ts';

/** Options of {@link ctcLoss}. */
export interface CtcOptions {
  /** The class that stands for no label. @defaultValue `0` */
  readonly maskIndex?: number;
}

/**
 * Connectionist temporal classification: `−ln` of the probability of all alignments of labels with steps. Labels
 * `[batch, labels]`, logits `[batch, steps, classes]` and their lengths `[batch]` give `[batch]`.
 *
 * @see Graves et al., "Connectionist temporal classification", ICML 2006.
 */
export function ctcLoss(
  target: TensorLike,
  output: TensorLike,
  targetLength: TensorLike,
  outputLength: TensorLike,
  options: CtcOptions = {},
): Tensor {
  const { maskIndex = 0 } = options;
  return scope(() => {
    const labels = tensor('ctcLoss', target, 'int32');
    const logits = tf.logSoftmax(floats('ctcLoss', output));
    const [batch, steps, classes] = logits.shape as [number, number, number];
    const states = 2 * labels.shape[1]! + 1;
    const path = constant(() => withBlanks(labels, maskIndex));
    const chosen = constant(() => tf.transpose(tf.oneHot(path, classes, 1, 0, 'float32'), [0, 2, 1]));
    const emissions = tf.matMul(logits, chosen);
    const maySkip = constant(() => skips(path, maskIndex));
    const steplengths = tensor('ctcLoss', outputLength, 'int32');
    const shift = (x: Tensor, by: number) =>
      tf.slice(
        tf.pad(
          x,
          [
            [0, 0],
            [by, 0],
          ],
          NEVER,
        ),
        [0, 0],
        [-1, states],
      );
    const at = (t: number) => tf.reshape(tf.slice(emissions, [0, t, 0], [-1, 1, -1]), [batch, states]);
    const start = tf.tensor2d(
      Array.from({ length: states }, (_, i) => (i < 2 ? 0 : NEVER)),
      [1, states],
    );
    let alpha: Tensor = tf.add(at(0), start);
    for (let t = 1; t < steps; t++) {
      const skipped = tf.add(shift(alpha, 2), maySkip);
      const next = tf.add(logAdd(logAdd(alpha, shift(alpha, 1)), skipped), at(t));
      const running = constant(() => tf.expandDims(tf.greater(steplengths, tf.scalar(t, 'int32')), 1));
      alpha = tf.where(running, next, alpha);
    }
    const last = constant(() => lastStates(tensor('ctcLoss', targetLength, 'int32'), states));
    const total = tf.logSumExp(tf.add(alpha, last), 1);
    return tf.neg(total);
  });
}

/**
 * The most likely class of each step, repetitions and blanks dropped: `[1, batch, steps]`, filled with −1, and the sums
 * of the logits `[batch, 1]`, negated. Only the greedy strategy is there.
 */
export function ctcDecode(
  inputs: TensorLike,
  sequenceLengths: TensorLike,
  options: CtcOptions & { readonly strategy?: 'greedy'; readonly mergeRepeated?: boolean } = {},
): [decoded: Tensor, scores: Tensor] {
  const { maskIndex = 0, mergeRepeated = true, strategy = 'greedy' } = options;
  requireOneOf('ops.ctcDecode', 'strategy', strategy, ['greedy']);
  return scope(() => {
    const logits = floats('ctcDecode', inputs);
    const [batch, steps, classes] = logits.shape as [number, number, number];
    const lengths = tf.reshape(tensor('ctcDecode', sequenceLengths, 'int32'), [batch, 1]);
    const running = constant(() => tf.less(tf.range(0, steps, 1, 'int32'), lengths));
    const decoded = constant(() => {
      const best = tf.argMax(logits, 2);
      const blank = tf.scalar(maskIndex < 0 ? maskIndex + classes : maskIndex, 'int32');
      const before = tf.slice(
        tf.pad(
          best,
          [
            [0, 0],
            [1, 0],
          ],
          -1,
        ),
        [0, 0],
        [-1, steps],
      );
      const fresh = mergeRepeated ? tf.notEqual(best, before) : tf.onesLike(running);
      const kept = tf.cast(tf.logicalAnd(tf.logicalAnd(running, fresh), tf.notEqual(best, blank)), 'int32');
      const place = tf.sub(tf.cumsum(kept, 1), tf.scalar(1, 'int32'));
      const target = tf.oneHot(
        tf.where(tf.cast(kept, 'bool'), place, tf.fill(place.shape, -1, 'int32')),
        steps,
        1,
        0,
        'float32',
      );
      const labels = tf.sum(
        tf.mul(target, tf.expandDims(tf.cast(tf.add(best, tf.scalar(1, 'int32')), 'float32'), 2)),
        1,
      );
      return tf.cast(tf.expandDims(tf.sub(labels, 1), 0), 'int32');
    });
    const scores = tf.neg(tf.sum(tf.mul(tf.max(logits, 2), tf.cast(running, 'float32')), 1, true));
    return [decoded, scores];
  });
}

/** Stands for ln 0: −∞ would make gradients NaN. */
const NEVER = -1e30;

/** `ln(e^a + e^b)` */
const logAdd = (a: Tensor, b: Tensor): Tensor =>
  tf.add(tf.maximum(a, b), tf.log1p(tf.exp(tf.neg(tf.abs(tf.sub(a, b))))));

/** The labels with a blank before, between and behind them. */
function withBlanks(labels: Tensor, blank: number): Tensor {
  const [batch, count] = labels.shape as [number, number];
  const pairs = tf.stack([tf.fill(labels.shape, blank, 'int32'), labels], 2);
  return tf.concat([tf.reshape(pairs, [batch, 2 * count]), tf.fill([batch, 1], blank, 'int32')], 1);
}

/** 0 where a state may follow the one two before: where it is a label that differs from the label before; else {@link NEVER}. */
function skips(path: Tensor, blank: number): Tensor {
  const before = tf.slice(
    tf.pad(
      path,
      [
        [0, 0],
        [2, 0],
      ],
      -1,
    ),
    [0, 0],
    path.shape as [number, number],
  );
  const allowed = tf.logicalAnd(tf.notEqual(path, before), tf.notEqual(path, tf.scalar(blank, 'int32')));
  return tf.mul(tf.sub(1, tf.cast(allowed, 'float32')), NEVER);
}

/** 0 for the last label and the blank behind it; else {@link NEVER}. */
function lastStates(lengths: Tensor, states: number): Tensor {
  const end = tf.mul(tf.reshape(lengths, [-1, 1]), tf.scalar(2, 'int32'));
  const index = tf.range(0, states, 1, 'int32');
  const last = tf.logicalOr(tf.equal(index, end), tf.equal(index, tf.sub(end, tf.scalar(1, 'int32'))));
  return tf.mul(tf.sub(1, tf.cast(last, 'float32')), NEVER);
}
