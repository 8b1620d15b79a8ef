import { cpu } from '@capas/backend-cpu';
import { memory, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  getRegularizer,
  L2,
  l1,
  l1L2,
  l2,
  orthogonalRegularizer,
  type Regularizer,
  type RegularizerName,
} from './index.ts';

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

test.each<[string, Regularizer, number]>([
  // |1| + |−2| + |3| + |0| = 6 and 1 + 4 + 9 + 0 = 14
  ['l1', l1({ l1: 0.5 }), 3],
  ['l2', l2({ l2: 0.5 }), 7],
  ['l1L2', l1L2({ l1: 0.5, l2: 0.25 }), 6.5],
  ['l1L2 without factors', l1L2(), 0],
  // rows [1, −2] and [3, 0]: cos = 3 / (√5 · 3) = 0.44721; one pair
  ['orthogonal rows', orthogonalRegularizer({ factor: 1 }), 0.44721],
  // columns [1, 3] and [−2, 0]: |cos| = 2 / (√10 · 2) = 0.31623
  ['orthogonal columns', orthogonalRegularizer({ factor: 1, mode: 'columns' }), 0.31623],
])('%s', (_, regularizer, expected) => {
  const x = toTensor([
    [1, -2],
    [3, 0],
  ]);
  const { tensors } = memory();
  const penalty = regularizer.call(x);
  expect(penalty.dataSync()[0]).toBeCloseTo(expected, 4);
  expect(penalty.shape).toEqual([]);
  expect(memory().tensors).toBe(tensors + 1);
});

describe('getRegularizer', () => {
  test('finds names in any spelling, with Keras defaults', () => {
    expect(getRegularizer('l2')!.config).toEqual({ l2: 0.01 });
    expect(getRegularizer('l1_l2')!.config).toEqual({ l1: 0, l2: 0 });
    expect(getRegularizer('OrthogonalRegularizer' as RegularizerName)!.config).toEqual({ factor: 0.01, mode: 'rows' });
  });

  test('takes functions, serialized ones, instances and nothing', () => {
    expect(
      getRegularizer((x) => x)!
        .call(toTensor(3))
        .dataSync()[0],
    ).toBe(3);
    expect(getRegularizer({ class_name: 'L2', config: { l2: 0.5 } })!.config).toEqual({ l2: 0.5 });
    const instance = new L2();
    expect(getRegularizer(instance)).toBe(instance);
    expect(getRegularizer(null)).toBeUndefined();
  });

  test('says what is wrong', () => {
    expect(() => getRegularizer('l3' as 'l2')).toThrow("Unknown regularizer: 'l3'. Did you mean 'l1' or 'l2'");
    expect(() => l2({ l2: -1 })).toThrow('L2: `l2` must be a number from 0 to');
    expect(() => orthogonalRegularizer().call(toTensor([1, 2]))).toThrow('OrthogonalRegularizer: expected a matrix');
  });
});
