import { cpu } from '@capas/backend-cpu';
import { memory, ops, type Tensor, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { attachMask } from '../masking.ts';
import { Loss, type LossConfig } from './loss.ts';

/** The difference of the only values of a sample. */
class Difference extends Loss {
  static override readonly className = 'SignedDifference';
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return ops.squeeze(ops.subtract(yPred, yTrue), { axis: -1 });
  }
}

const yTrue = [[0], [0], [0]];
const yPred = [[1], [2], [6]];
const apply = (config: LossConfig, ...weights: (number[] | boolean[] | undefined)[]): number[] => {
  const [sampleWeight, mask] = weights;
  return [...new Difference(config).apply(yTrue, yPred, sampleWeight, mask).dataSync()];
};

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

test.each([
  ['sumOverBatchSize', [3]],
  ['sum_over_batch_size', [3]],
  ['mean', [3]],
  ['sum', [9]],
  ['meanWithSampleWeight', [3]],
  ['mean_with_sample_weight', [3]],
  ['none', [1, 2, 6]],
  [null, [1, 2, 6]],
] as const)('reduction %s', (reduction, expected) => {
  expect(apply({ reduction })).toEqual(expected);
});

test('weights multiply; only meanWithSampleWeight divides by their sum', () => {
  // 1 · 2 + 2 · 0 + 6 · 1 = 8
  expect(apply({}, [2, 0, 1])[0]).toBeCloseTo(8 / 3, 6);
  expect(apply({ reduction: 'meanWithSampleWeight' }, [2, 0, 1])[0]).toBeCloseTo(8 / 3, 6);
  expect(apply({ reduction: 'meanWithSampleWeight' }, [2, 0, 2])[0]).toBeCloseTo(14 / 4, 6);
  expect(apply({ reduction: 'none' }, [2, 0, 1])).toEqual([2, 0, 6]);
});

test('masked values do not count in the number that a mean divides by', () => {
  // (1 + 6) / 2
  expect(apply({}, undefined, [true, false, true])[0]).toBeCloseTo(3.5, 6);
  expect(apply({ reduction: 'sum' }, undefined, [true, false, true])).toEqual([7]);
  // all masked: 0, not NaN
  expect(apply({}, undefined, [false, false, false])).toEqual([0]);
});

test('the mask that travels with the prediction is used unless one is given', () => {
  const prediction = ops.array(yPred);
  attachMask(prediction, ops.array([true, false, true], { dtype: 'bool' }));
  expect(new Difference().apply(yTrue, prediction).dataSync()[0]).toBeCloseTo(3.5, 6);
  expect(new Difference().apply(yTrue, prediction, undefined, [true, true, true]).dataSync()[0]).toBeCloseTo(3, 6);
});

test('inputs stay the caller’s, temporaries are freed', () => {
  const [truth, prediction] = [ops.array(yTrue), ops.array(yPred)];
  const before = memory().tensors;
  const value = new Difference().apply(truth, prediction, [1, 2, 3], [true, true, false]);
  expect(memory().tensors).toBe(before + 1);
  value.dispose();
  expect(truth.isDisposed || prediction.isDisposed).toBe(false);
});

test('is named after its class, or as it is told', () => {
  expect(new Difference().name).toBe('signed_difference');
  expect(new Difference({ name: 'gap' }).name).toBe('gap');
});

test('only float32 is computed', () => {
  expect(() => new Difference({ dtype: 'float16' as 'float32' })).toThrow(
    "SignedDifference: `dtype` must be 'float32'. Received: 'float16'.",
  );
});
