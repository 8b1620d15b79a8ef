import { cpu } from '@capas/backend-cpu';
import { memory, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Constraint, getConstraint, maxNorm, minMaxNorm, nonNeg, unitNorm } from './index.ts';

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

// columns of norm 5 and 0.5
const w = (): number[][] => [
  [3, 0.3],
  [-4, 0.4],
];

test.each<[string, Constraint, number[]]>([
  ['maxNorm shortens the long one', maxNorm({ maxValue: 1 }), [0.6, 0.3, -0.8, 0.4]],
  ['minMaxNorm moves both half way', minMaxNorm({ minValue: 1, maxValue: 3, rate: 0.5 }), [2.4, 0.45, -3.2, 0.6]],
  ['unitNorm scales both to 1', unitNorm(), [0.6, 0.6, -0.8, 0.8]],
  ['unitNorm over all axes', unitNorm({ axis: [0, 1] }), [0.597, 0.0597, -0.796, 0.0796]],
  ['nonNeg', nonNeg(), [3, 0.3, 0, 0.4]],
])('%s', (_, constraint, expected) => {
  const value = toTensor(w());
  const { tensors } = memory();
  const result = constraint.call(value);
  [...result.dataSync()].forEach((x, i) => {
    expect(x).toBeCloseTo(expected[i]!, 3);
  });
  expect(memory().tensors).toBe(tensors + 1);
});

describe('getConstraint', () => {
  test('finds names, serialized ones, functions and nothing', () => {
    expect(getConstraint('max_norm')!.config).toEqual({ maxValue: 2, axis: 0 });
    expect(getConstraint({ class_name: 'MinMaxNorm', config: { min_value: 0.5, axis: [0, 1] } })!.config).toEqual({
      minValue: 0.5,
      maxValue: 1,
      rate: 1,
      axis: [0, 1],
    });
    expect(
      getConstraint((x) => x)!
        .call(toTensor(3))
        .dataSync()[0],
    ).toBe(3);
    expect(getConstraint(undefined)).toBeUndefined();
  });

  test('suggests the nearest name', () => {
    expect(() => getConstraint('maxnrom' as 'maxNorm')).toThrow(
      "Unknown constraint: 'maxnrom'. Did you mean 'maxNorm'",
    );
  });
});
