import { expect, test } from 'vitest';
import { evaluate, float32, floats, flopsOf, int32, integers } from '../../testing/primitive-check.ts';
import { gatherReduce } from './gather-reduce.ts';

test('rows of a table, summed', () => {
  const table = float32([3, 2], [1, 10, 2, 20, 3, 30]);
  const ids = int32([2, 2], [0, 2, 1, 1]);
  expect(evaluate('gatherReduce', [table, ids], { kind: 'sum' })).toEqual([float32([2, 2], [4, 40, 4, 40])]);
});

test.each(['sum', 'mean', 'max', 'min'])('%s is that of the gathered rows', (kind) => {
  for (const [rest, outer] of [
    [[4], [3]],
    [[], [2, 3]],
    [[2, 3], []],
  ]) {
    const [table, ids] = [floats([5, ...rest!]), integers([...outer!, 7], 0, 5)];
    const rows = evaluate('gather', [table, ids], { axis: 0, batchDims: 0 });
    const expected = evaluate('reduce', rows, { kind, axes: [outer!.length] });
    expect(evaluate('gatherReduce', [table, ids], { kind })).toEqual(expected);
  }
});

test('it costs the rows that it reads, not the table', () => {
  const types = [float32([1000, 4], []).type, int32([2, 3], []).type];
  expect(flopsOf('gatherReduce', types, { kind: 'sum' })).toBe(24);
  expect(gatherReduce.cost(types, { kind: 'sum' }, gatherReduce.infer(types, { kind: 'sum' })).bytes).toBe(
    4 * (6 + 24 + 8),
  );
});

test('what does not fit is refused', () => {
  const run =
    (...inputs: Parameters<typeof evaluate>[1]) =>
    () =>
      evaluate('gatherReduce', inputs, { kind: 'sum' });
  expect(run(float32([2], [1, 2]), int32([], [0]))).toThrow('gatherReduce: expected x [size, ...rest] and ids');
  expect(run(int32([2], [1, 2]), int32([1], [0]))).toThrow('gatherReduce: `x` must be float32');
  expect(run(float32([2], [1, 2]), float32([1], [0]))).toThrow('gatherReduce: `ids` must be int32');
  expect(run(float32([2], [1, 2]), int32([1], [2]))).toThrow('gather');
});
