import { beforeAll, describe, expect, test } from 'vitest';
import { startJsBackend } from '../../testing/js-backend.ts';
import { bool, evaluate, float32, floats, flopsOf, int32, integers, jsKernel } from '../../testing/primitive-check.ts';
import { parseExpression } from '../parse.ts';

beforeAll(async () => {
  await startJsBackend();
});

const run = (kind: string, axes: number[], x: ReturnType<typeof float32>) => evaluate('reduce', [x], { kind, axes })[0];

const x = float32([2, 3], [1, 2, 3, 4, 5, 6]);

test.each([
  ['sum', [1], [2], [6, 15]],
  ['sum', [0], [3], [5, 7, 9]],
  ['sum', [0, 1], [], [21]],
  ['sum', [], [2, 3], [1, 2, 3, 4, 5, 6]],
  ['mean', [0], [3], [2.5, 3.5, 4.5]],
  ['prod', [1], [2], [6, 120]],
  ['max', [0], [3], [4, 5, 6]],
  ['min', [1], [2], [1, 4]],
] as [string, number[], number[], number[]][])('%s along %s', (kind, axes, shape, expected) => {
  expect(run(kind, axes, x)).toEqual(float32(shape, expected));
});

test('a middle axis', () => {
  // x[i][j][k] = 4i + 2j + k; over j: 8i + 2k + 2
  const cube = float32([2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
  expect(run('sum', [1], cube)).toEqual(float32([2, 2], [2, 4, 10, 12]));
  expect(run('sum', [0, 2], cube)).toEqual(float32([2], [10, 18]));
});

test('sums accumulate in float64 and round once', () => {
  // in float32, 2^24 + 1 = 2^24 at each step, and the sum would stay 2^24
  expect(run('sum', [0], float32([3], [2 ** 24, 1, 1]))).toEqual(float32([], [2 ** 24 + 2]));
});

test('a mean rounds each quotient, as tfjs does', () => {
  const third = Math.fround(1 / 3);
  expect(run('mean', [0], float32([3], [1, 1, 1]))).toEqual(float32([], [3 * third]));
});

test('max and min keep NaN', () => {
  const values = float32([4], [1, Number.NaN, 3, 2]);
  expect(run('max', [0], values)!.data[0]).toBeNaN();
  expect(run('min', [0], values)!.data[0]).toBeNaN();
});

test('int32 stays, bool is counted', () => {
  expect(run('sum', [0], int32([2], [2 ** 31 - 1, 1]))).toEqual(int32([], [-(2 ** 31)]));
  expect(run('sum', [0], bool([3], [1, 0, 1]))).toEqual(int32([], [2]));
  expect(run('max', [0], bool([2], [0, 1]))).toEqual(bool([], [1]));
});

test('any and all', () => {
  const flags = bool([3, 2], [1, 1, 1, 0, 0, 0]);
  expect(run('any', [1], flags)).toEqual(bool([3], [1, 1, 0]));
  expect(run('all', [1], flags)).toEqual(bool([3], [1, 0, 0]));
});

test('of nothing: 0, 1', () => {
  expect(run('sum', [1], float32([2, 0], []))).toEqual(float32([2], [0, 0]));
  expect(run('prod', [1], float32([2, 0], []))).toEqual(float32([2], [1, 1]));
});

test('axes and types that do not fit are refused', () => {
  expect(() => run('sum', [2], x)).toThrow('reduce: `axes` must be different axes from 0 to 1. Received: [2].');
  expect(() => run('sum', [0, 0], x)).toThrow('Received: [0, 0]');
  expect(() => run('mean', [0], int32([1], [1]))).toThrow('reduce: `x` must be float32');
  expect(() => run('any', [0], x)).toThrow('reduce: `x` must be bool');
  expect(() => run('median', [0], x)).toThrow("reduce: `kind` must be one of 'sum', 'mean'");
});

const KERNELS = { sum: 'Sum', mean: 'Mean', prod: 'Prod', max: 'Max', min: 'Min' };

test.each(Object.entries(KERNELS))('%s is bit-equal to %s of tfjs', (kind, kernel) => {
  for (const axes of [[0], [1], [2], [0, 2], [1, 2], [0, 1, 2]]) {
    for (const values of [floats([5, 7, 6]), integers([5, 7, 6], -9, 9)]) {
      if (kind === 'mean' && values.type.dtype === 'int32') continue;
      const attrs = kind === 'max' ? { reductionIndices: axes } : { axis: axes };
      expect(run(kind, axes, values)).toEqual(jsKernel(kernel, { x: values }, attrs)[0]);
    }
  }
});

describe('of an expression', () => {
  const inputs = [floats([4, 3]), floats([3], 2)];
  const expr = parseExpression('mul(sub(a, b), 0.3)');

  test.each(['sum', 'mean', 'max', 'min', 'prod'])('%s is that of a map', (kind) => {
    const mapped = evaluate('map', inputs, { expr });
    for (const axes of [[0], [1], [0, 1], []]) {
      expect(evaluate('reduce', inputs, { kind, axes, expr })).toEqual(evaluate('reduce', mapped, { kind, axes }));
    }
  });

  test('its dtype is that of the expression', () => {
    const attrs = { kind: 'sum', axes: [0], expr: parseExpression('gt(a, b)') };
    expect(evaluate('reduce', [float32([3], [1, 2, 3]), float32([], [1])], attrs)).toEqual([int32([], [2])]);
  });

  test('its calls count', () => {
    const types = inputs.map(({ type }) => type);
    expect(flopsOf('reduce', types, { kind: 'sum', axes: [0], expr })).toBe(3 * 12);
  });

  test('several inputs need one', () => {
    expect(() => evaluate('reduce', inputs, { kind: 'sum', axes: [0] })).toThrow('1 in number, without `expr`');
  });
});
