import { expect, test } from 'vitest';
import { evaluate, float32, int32 } from '../../testing/primitive-check.ts';

const run = (kind: string, axis: number, x: ReturnType<typeof float32>) =>
  evaluate('argReduce', [x], { kind, axis })[0];

test('the first of the largest, the first of the smallest', () => {
  const x = float32([2, 4], [1, 3, 3, 0, -1, -2, -2, -1]);
  expect(run('max', 1, x)).toEqual(int32([2], [1, 0]));
  expect(run('min', 1, x)).toEqual(int32([2], [3, 1]));
  expect(run('max', 0, x)).toEqual(int32([4], [0, 0, 0, 0]));
});

test('NaN is passed over, but not in the first place', () => {
  expect(run('max', 0, float32([3], [1, Number.NaN, 2]))).toEqual(int32([], [2]));
  expect(run('max', 0, float32([3], [Number.NaN, 1, 2]))).toEqual(int32([], [0]));
});

test('an axis that is not there is refused', () => {
  expect(() => run('max', -1, float32([2], [1, 2]))).toThrow(
    'argReduce: `axis` must be an axis from 0 to 0. Received: -1.',
  );
});
