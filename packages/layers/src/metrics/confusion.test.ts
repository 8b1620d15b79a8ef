import { cpu } from '@capas/backend-cpu';
import { ops, type Tensor, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { type Confusion, confusion, evenThresholds } from './confusion.ts';

const read = (counts: Confusion): Record<string, number[]> =>
  Object.fromEntries(Object.entries(counts).map(([key, value]) => [key, [...(value as Tensor).dataSync()]]));

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

test('counts at each threshold; a prediction at the threshold is not above it', () => {
  const counts = confusion('Test', ops.array([1, 1, 0, 0]), ops.array([0.9, 0.5, 0.6, 0.1]), {
    thresholds: [0.5, 0.7],
  });
  expect(read(counts)).toEqual({
    truePositives: [1, 1],
    falsePositives: [1, 0],
    trueNegatives: [1, 2],
    falseNegatives: [1, 1],
  });
});

test('buckets of even thresholds count as comparing with each does', () => {
  const truth = ops.array([1, 0, 1, 0, 1, 0, 1]);
  const prediction = ops.array([0, 0, 0.25, 0.5, 0.6, 1, 1]);
  const weight = ops.array([1, 2, 3, 4, 5, 6, 7]);
  const even = confusion('Test', truth, prediction, { thresholds: evenThresholds(5), sampleWeight: weight });
  evenThresholds(5).forEach((threshold, i) => {
    const one = read(confusion('Test', truth, prediction, { thresholds: [threshold], sampleWeight: weight }));
    for (const [key, values] of Object.entries(read(even))) expect(values[i]).toBe(one[key]![0]);
  });
});

test('each label for itself', () => {
  const counts = confusion(
    'Test',
    ops.array([
      [1, 0],
      [1, 1],
    ]),
    ops.array([
      [0.9, 0.9],
      [0.1, 0.6],
    ]),
    {
      thresholds: [0.5],
      multiLabel: true,
    },
  );
  expect(counts.truePositives.shape).toEqual([1, 2]);
  expect(read(counts)).toMatchObject({ truePositives: [1, 1], falsePositives: [0, 1], falseNegatives: [1, 0] });
});

test('only the largest predictions, or one class, count', () => {
  const [truth, prediction] = [ops.array([[1, 0, 1]]), ops.array([[0.9, 0.8, 0.7]])];
  expect(read(confusion('Test', truth, prediction, { thresholds: [0.5], topK: 2 }))).toMatchObject({
    truePositives: [1],
    falsePositives: [1],
    falseNegatives: [1],
  });
  expect(read(confusion('Test', truth, prediction, { thresholds: [0.5], classId: 2 }))).toMatchObject({
    truePositives: [1],
    falsePositives: [0],
  });
});
