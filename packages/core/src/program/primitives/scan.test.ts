import { beforeAll, expect, test } from 'vitest';
import { startJsBackend } from '../../testing/js-backend.ts';
import { bool, evaluate, float32, floats, int32, jsKernel } from '../../testing/primitive-check.ts';

beforeAll(async () => {
  await startJsBackend();
});

const run = (kind: string, axis: number, exclusive: boolean, reverse: boolean, x: ReturnType<typeof float32>) =>
  evaluate('scan', [x], { kind, axis, exclusive, reverse })[0];

const x = float32([2, 3], [1, 2, 3, 4, 5, 6]);

test.each([
  ['sum', 1, false, false, [1, 3, 6, 4, 9, 15]],
  ['sum', 1, true, false, [0, 1, 3, 0, 4, 9]],
  ['sum', 1, false, true, [6, 5, 3, 15, 11, 6]],
  ['sum', 1, true, true, [5, 3, 0, 11, 6, 0]],
  ['sum', 0, false, false, [1, 2, 3, 5, 7, 9]],
  ['sum', 0, true, true, [4, 5, 6, 0, 0, 0]],
  ['prod', 1, false, false, [1, 2, 6, 4, 20, 120]],
  ['prod', 1, true, false, [1, 1, 2, 1, 4, 20]],
] as [string, number, boolean, boolean, number[]][])(
  '%s along %s, exclusive %s, reverse %s',
  (kind, axis, exclusive, reverse, expected) => {
    expect(run(kind, axis, exclusive, reverse, x)).toEqual(float32([2, 3], expected));
  },
);

test('a middle axis of three', () => {
  const cube = float32([2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
  expect(run('sum', 1, false, false, cube)).toEqual(float32([2, 2, 2], [0, 1, 2, 4, 4, 5, 10, 12]));
  expect(run('sum', 0, false, false, cube)).toEqual(float32([2, 2, 2], [0, 1, 2, 3, 4, 6, 8, 10]));
});

test('every step is rounded to float32', () => {
  expect(run('sum', 0, false, false, float32([3], [2 ** 24, 1, 1]))).toEqual(float32([3], [2 ** 24, 2 ** 24, 2 ** 24]));
});

test('bool is counted in int32, and an empty axis is no trouble', () => {
  expect(run('sum', 0, false, false, bool([3], [1, 0, 1]))).toEqual(int32([3], [1, 1, 2]));
  expect(run('sum', 1, false, false, float32([2, 0], []))).toEqual(float32([2, 0], []));
});

test.each([
  ['sum', 'Cumsum'],
  ['prod', 'Cumprod'],
])('%s is bit-equal to %s of tfjs', (kind, kernel) => {
  const values = floats([4, 5, 6]);
  for (const axis of [0, 1, 2]) {
    for (const exclusive of [false, true]) {
      for (const reverse of [false, true]) {
        const expected = jsKernel(kernel, { x: values }, { axis, exclusive, reverse })[0];
        expect(run(kind, axis, exclusive, reverse, values)).toEqual(expected);
      }
    }
  }
});
