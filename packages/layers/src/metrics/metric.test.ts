import { cpu } from '@capas/backend-cpu';
import { memory, ops, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { attachMask } from '../masking.ts';
import {
  AUC,
  auc,
  binaryAccuracy,
  f1Score,
  iou,
  Mean,
  MeanMetricWrapper,
  Metric,
  Precision,
  precision,
  r2Score,
} from './index.ts';

class LargestError extends Metric<'largest_error'> {
  static override readonly className = 'LargestError';
  readonly #largest = this.addVariable('largest', []);
  protected override update(yTrue: Tensor, yPred: Tensor): void {
    this.#largest.assign(ops.maximum(this.#largest, ops.max(ops.abs(ops.subtract(yTrue, yPred)))));
  }
  protected override compute(): Tensor {
    return ops.copy(this.#largest);
  }
}

const read = (metric: Metric): number => metric.result().dataSync()[0]!;

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

test('a metric of one’s own gathers batches', () => {
  using metric = new LargestError();
  metric.updateState([1, 2], [1, 4]);
  metric.updateState([1, 2], [0, 2]);
  expect(read(metric)).toBe(2);
  metric.resetState();
  expect(read(metric)).toBe(0);
  expect(metric.name).toBe('largest_error');
});

test('a result does not change with the next batch', () => {
  using metric = new LargestError();
  metric.updateState([0], [1]);
  const first = metric.result();
  metric.updateState([0], [5]);
  expect(first.dataSync()[0]).toBe(1);
});

test('a metric is made without a backend’s memory, and resets before its first batch', () => {
  const before = memory().tensors;
  const metric = new Mean();
  metric.resetState();
  expect(memory().tensors).toBe(before);
});

describe('Mean', () => {
  test('weighs values, and takes a loss with the size of its batch', () => {
    const metric = new Mean();
    metric.updateState(2, 30);
    metric.updateState(5, 10);
    expect(read(metric)).toBe((2 * 30 + 5 * 10) / 40);
  });

  test('is 0 before anything came', () => {
    expect(read(new Mean())).toBe(0);
  });

  test('samples count alike, however many values they have', () => {
    const metric = new Mean();
    metric.updateState(
      [
        [1, 3],
        [5, 7],
      ],
      [1, 3],
    );
    // (2 · 1 + 6 · 3) / 4
    expect(read(metric)).toBe(5);
  });
});

describe('MeanMetricWrapper', () => {
  const error = (yTrue: Tensor, yPred: Tensor): Tensor => ops.subtract(yPred, yTrue);

  test('leaves out what is masked', () => {
    const metric = new MeanMetricWrapper(error, { name: 'error' });
    const prediction = ops.array([1, 2, 6]);
    attachMask(prediction, ops.array([true, false, true], { dtype: 'bool' }));
    metric.updateState([0, 0, 0], prediction);
    expect(read(metric)).toBe(3.5);
  });
});

describe('bad input', () => {
  test('shapes', () => {
    expect(() => binaryAccuracy().updateState([1, 0], ops.ones([2, 3]))).toThrow(
      'BinaryAccuracy: `yTrue` must have the shape of `yPred`. Received: yTrue [2], yPred [2, 3].',
    );
    expect(() => r2Score().updateState([1, 0], [1, 0])).toThrow(
      'R2Score: expected [batch, outputs]. Received: yPred [2].',
    );
    expect(() => f1Score().updateState([1, 0], [1, 0])).toThrow(
      'F1Score: expected [batch, classes]. Received: yPred [2].',
    );
    expect(() => precision({ classId: 1 }).updateState([1], [1])).toThrow(
      'Precision: with `classId`, yPred must be [batch, classes]. Received: [1].',
    );
    expect(() => precision().updateState([1, 1], [[1, 2, 3]])).toThrow(
      'Precision: `yTrue` must have the shape of `yPred`. Received: yTrue [2], yPred [1, 3].',
    );
  });

  test('options', () => {
    expect(() => precision({ thresholds: 1.5 })).toThrow(
      'Precision: `thresholds` must be a number from 0 to 1, or a list of them. Received: 1.5.',
    );
    expect(() => auc({ curve: 'roc' as 'ROC' })).toThrow(
      "AUC: `curve` must be one of 'ROC', 'PR', 'PRGAIN'. Received: 'roc'.",
    );
    expect(() => auc({ numLabels: 3 })).toThrow(
      'AUC: `numLabels` must be absent unless `multiLabel` is true. Received: 3.',
    );
    expect(() => f1Score({ threshold: 0 })).toThrow(
      'F1Score: `threshold` must be a number above 0 and up to 1, or null. Received: 0.',
    );
    expect(() => iou({ numClasses: 2, targetClassIds: [2] })).toThrow(
      'IoU: `targetClassIds` must be class numbers from 0 to 1. Received: [2].',
    );
    expect(() => new Mean({ dtype: 'string' })).toThrow(
      "Mean: `dtype` must be 'float32' or 'int32'. Received: 'string'.",
    );
  });

  test('a failed update leaves the state as it was', () => {
    const metric = precision();
    metric.updateState([1, 0], [0.9, 0.6]);
    const before = memory().tensors;
    expect(() => metric.updateState([1, 1], [[1, 2, 3]])).toThrow();
    expect(read(metric)).toBe(0.5);
    expect(memory().tensors).toBe(before + 1);
  });
});

test('names are known to the type system', () => {
  expectTypeOf(new Precision().name).toEqualTypeOf<'precision'>();
  expectTypeOf(precision({ name: 'exactness' }).name).toEqualTypeOf<'exactness'>();
  expectTypeOf(new AUC({ curve: 'PR', name: 'auc_pr' }).name).toEqualTypeOf<'auc_pr'>();
  expectTypeOf(f1Score().name).toEqualTypeOf<'f1_score'>();
});
