import { ArgumentError, ops, ShapeError, showShape, type Tensor } from '@capas/core';
import { matchRanks } from '../losses/reduction.ts';

/** Stands for −∞ among predictions: lower than any. */
export const LOWEST = -1e10;

/** The four counts of a confusion matrix at each threshold, `[thresholds]` or `[thresholds, labels]`. */
export interface Confusion {
  readonly truePositives: Tensor;
  readonly falsePositives: Tensor;
  readonly trueNegatives: Tensor;
  readonly falseNegatives: Tensor;
}

/** Options of {@link confusion}. */
export interface ConfusionOptions {
  readonly thresholds: readonly number[];
  /** Only the `topK` largest predictions of a sample count. */
  readonly topK?: number | null | undefined;
  /** Only this class counts. */
  readonly classId?: number | null | undefined;
  readonly sampleWeight?: Tensor | undefined;
  /** Whether each label of the last axis is counted for itself. */
  readonly multiLabel?: boolean | undefined;
  readonly labelWeights?: readonly number[] | null | undefined;
}

/**
 * Counts true and false positives and negatives at thresholds: a prediction above one is positive.
 *
 * @throws ShapeError if truth and prediction differ in shape.
 * @see Keras 3, `keras/src/metrics/metrics_utils.py`, `update_confusion_matrix_variables`
 */
export function confusion(who: string, yTrue: Tensor, yPred: Tensor, options: ConfusionOptions): Confusion {
  const { thresholds, topK, classId, multiLabel = false } = options;
  let [prediction, truth] = matchRanks(ops.cast(yPred, 'float32'), ops.cast(yTrue, 'float32'));
  if (String(prediction.shape) !== String(truth.shape)) {
    throw new ShapeError(
      `${who}: \`yTrue\` must have the shape of \`yPred\`. Received: yTrue ${showShape(yTrue.shape)}, yPred ${showShape(yPred.shape)}.`,
    );
  }
  const sampleWeight = options.sampleWeight && matchRanks(truth, ops.expandDims(options.sampleWeight, -1), false)[1];
  if (typeof topK === 'number') prediction = onlyLargest(prediction, topK);
  if (typeof classId === 'number') {
    [prediction, truth] = [oneClass(who, prediction, classId), oneClass(who, truth, classId)];
  }
  let weight = ops.broadcastTo(sampleWeight ?? 1, prediction.shape);
  if (options.labelWeights) weight = ops.multiply(weight, options.labelWeights);
  const columns = [-1, multiLabel ? prediction.shape.at(-1)! : 1];
  const [p, w] = [ops.reshape(prediction, columns), ops.reshape(weight, columns)];
  const isTrue = ops.notEqual(ops.reshape(truth, columns), 0);
  const [trues, falses] = [ops.where(isTrue, w, 0), ops.where(isTrue, 0, w)];
  const above = isEven(thresholds) ? aboveEven(p, thresholds) : aboveEach(p, thresholds);
  const [tp, fp] = [above(trues), above(falses)];
  const counts = {
    truePositives: tp,
    falsePositives: fp,
    trueNegatives: ops.subtract(ops.sum(falses, { axis: 0 }), fp),
    falseNegatives: ops.subtract(ops.sum(trues, { axis: 0 }), tp),
  };
  if (multiLabel) return counts;
  return mapValues(counts, (count) => ops.reshape(count, [thresholds.length]));
}

/** Thresholds as a list, each from 0 to 1. */
export function requireThresholds(
  who: string,
  thresholds: number | readonly number[] | null | undefined,
  fallback: number,
): readonly number[] {
  if (thresholds === null || thresholds === undefined) return [fallback];
  const list = typeof thresholds === 'number' ? [thresholds] : thresholds;
  if (!Array.isArray(list) || !list.length || !list.every((value) => value >= 0 && value <= 1)) {
    throw new ArgumentError(who, 'thresholds', 'a number from 0 to 1, or a list of them', thresholds);
  }
  return list;
}

/** `n` thresholds at equal distances from 0 to 1. */
export const evenThresholds = (n: number): number[] => Array.from({ length: n }, (_, i) => i / (n - 1));

type Above = (weights: Tensor) => Tensor;

/** Sums weights `[n, labels]` where the prediction is above each threshold, by comparing with every one. */
function aboveEach(p: Tensor, thresholds: readonly number[]): Above {
  const isAbove = ops.greater(ops.expandDims(p, 0), ops.reshape([...thresholds], [-1, 1, 1]));
  return (weights) => ops.sum(ops.where(isAbove, weights, 0), { axis: 1 });
}

/**
 * The same where thresholds are at equal distances from 0 to 1: each weight goes into the bucket below its prediction, and
 * what is above a threshold is the sum of the buckets from there on. That takes memory for the predictions alone.
 */
function aboveEven(p: Tensor, thresholds: readonly number[]): Above {
  const n = thresholds.length;
  const labels = p.shape[1]!;
  const aroundRange = thresholds[0]! < 0 || thresholds[n - 1]! > 1;
  const place = ops.subtract(ops.ceil(ops.multiply(ops.clip(p, 0, 1), n - 1)), 1);
  // a prediction of 0 is above no threshold, unless the first is below 0
  const counts = aroundRange ? undefined : ops.greaterEqual(place, 0);
  const offsets = ops.multiply(ops.arange(labels), n);
  const buckets = ops.reshape(ops.add(ops.cast(ops.maximum(place, 0), 'int32'), offsets), [-1]);
  return (weights) => {
    const counted = counts ? ops.where(counts, weights, 0) : weights;
    const sums = ops.segmentSum(ops.reshape(counted, [-1]), buckets, { numSegments: n * labels });
    const fromTop = ops.flip(ops.reshape(sums, [labels, n]), { axis: 1 });
    return ops.transpose(ops.flip(ops.cumsum(fromTop, { axis: 1 }), { axis: 1 }));
  };
}

function isEven(thresholds: readonly number[]): boolean {
  const n = thresholds.length;
  if (n < 3) return false;
  return thresholds.every((value, i) => Math.abs(value - i / (n - 1)) <= 1.5e-7 + (1e-5 * i) / (n - 1));
}

function onlyLargest(p: Tensor, k: number): Tensor {
  const [, indices] = ops.topK(p, k);
  const chosen = ops.sum(ops.oneHot(indices, p.shape.at(-1)!), { axis: -2 });
  return ops.where(ops.greater(chosen, 0), p, LOWEST);
}

function oneClass(who: string, x: Tensor, classId: number): Tensor {
  if (x.rank < 2) {
    throw new ShapeError(`${who}: with \`classId\`, yPred must be [batch, classes]. Received: ${showShape(x.shape)}.`);
  }
  return ops.take(x, [classId], { axis: -1 });
}

function mapValues(counts: Confusion, fn: (count: Tensor) => Tensor): Confusion {
  return {
    truePositives: fn(counts.truePositives),
    falsePositives: fn(counts.falsePositives),
    trueNegatives: fn(counts.trueNegatives),
    falseNegatives: fn(counts.falseNegatives),
  };
}
