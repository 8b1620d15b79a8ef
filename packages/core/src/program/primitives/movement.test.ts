import { expect, test } from 'vitest';
import { bool, evaluate, float32, int32 } from '../../testing/primitive-check.ts';
import { dynamicSlice } from './dynamic-slice.ts';

/** 0 1 2 / 3 4 5 */
const x = float32([2, 3], [0, 1, 2, 3, 4, 5]);
const cube = int32([2, 3, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

test('reshape keeps the elements in their order', () => {
  expect(evaluate('reshape', [x], { shape: [3, 2, 1] })[0]).toEqual(float32([3, 2, 1], [0, 1, 2, 3, 4, 5]));
  expect(() => evaluate('reshape', [x], { shape: [4] })).toThrow('reshape: [2, 3] cannot be reshaped to [4].');
  expect(() => evaluate('reshape', [x], { shape: [-2, -3] })).toThrow('cannot be reshaped');
});

test('transpose', () => {
  expect(evaluate('transpose', [x], { perm: [1, 0] })[0]).toEqual(float32([3, 2], [0, 3, 1, 4, 2, 5]));
  // y[k][i][j] = x[i][j][k]
  expect(evaluate('transpose', [cube], { perm: [2, 0, 1] })[0]).toEqual(
    int32([2, 2, 3], [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]),
  );
  expect(evaluate('transpose', [float32([], [7])], { perm: [] })[0]).toEqual(float32([], [7]));
  expect(() => evaluate('transpose', [x], { perm: [0, 0] })).toThrow('transpose: `perm` must be different axes');
  expect(() => evaluate('transpose', [x], { perm: [0] })).toThrow('an item for each of 2 axes');
});

test('slice takes every so many elements', () => {
  const run = (begin: number[], size: number[], strides: number[]) =>
    evaluate('slice', [x], { begin, size, strides })[0];
  expect(run([0, 1], [2, 2], [1, 1])).toEqual(float32([2, 2], [1, 2, 4, 5]));
  expect(run([1, 0], [1, 2], [1, 2])).toEqual(float32([1, 2], [3, 5]));
  expect(run([2, 3], [0, 0], [1, 1])).toEqual(float32([0, 0], []));
  expect(() => run([0, 1], [2, 2], [1, 2])).toThrow(
    'slice: [2, 2] elements from [0, 1] with strides [1, 2] are not inside [2, 3].',
  );
  expect(() => run([-1, 0], [1, 1], [1, 1])).toThrow('are not inside');
});

test('dynamicSlice moves its start to where all elements are inside', () => {
  const run = (start: number) => evaluate('dynamicSlice', [x, int32([], [start])], { axis: 1, size: 2 })[0];
  expect(run(1)).toEqual(float32([2, 2], [1, 2, 4, 5]));
  expect(run(5)).toEqual(run(1));
  expect(run(-5)).toEqual(float32([2, 2], [0, 1, 3, 4]));
  expect(() => evaluate('dynamicSlice', [x, int32([], [0])], { axis: 1, size: 4 })).toThrow('from 0 to 3');
  expect(() => evaluate('dynamicSlice', [x, float32([], [0])], { axis: 1, size: 2 })).toThrow('`start` must be int32');
  const types = [x.type, int32([], [0]).type];
  const { bytes } = dynamicSlice.cost(types, {}, [{ shape: [2, 2], dtype: 'float32' }]);
  expect(bytes).toBe(4 + 4 * (4 + 4)); // where it starts, and what is cut: not all of `x`
});

test('pad', () => {
  const pads = [
    [1, 0],
    [0, 2],
  ];
  expect(evaluate('pad', [x], { pads, value: -1 })[0]).toEqual(
    float32([3, 5], [-1, -1, -1, -1, -1, 0, 1, 2, -1, -1, 3, 4, 5, -1, -1]),
  );
  expect(() => evaluate('pad', [x], { pads: [[0, 0]], value: 0 })).toThrow('pad: `pads`');
  expect(() => evaluate('pad', [bool([1], [0])], { pads: [[1, 0]], value: 2 })).toThrow(
    '`value` must be a number of bool',
  );
});

test('mirrorPad', () => {
  const row = float32([3], [1, 2, 3]);
  const run = (mode: string, widths: number[], values = row) =>
    evaluate('mirrorPad', [values], { pads: [widths], mode })[0];
  expect(run('reflect', [2, 1])).toEqual(float32([6], [3, 2, 1, 2, 3, 2]));
  expect(run('symmetric', [2, 3])).toEqual(float32([8], [2, 1, 1, 2, 3, 3, 2, 1]));
  const pads = [
    [1, 0],
    [0, 1],
  ];
  expect(evaluate('mirrorPad', [x], { pads, mode: 'reflect' })[0]).toEqual(
    float32([3, 4], [3, 4, 5, 4, 0, 1, 2, 1, 3, 4, 5, 4]),
  );
  expect(() => run('reflect', [3, 0])).toThrow('widths up to the dimensions less 1');
  expect(() => run('symmetric', [4, 0])).toThrow('widths up to the dimensions');
});

test('concat', () => {
  const column = float32([2, 1], [10, 20]);
  expect(evaluate('concat', [x, column, x], { axis: 1 })[0]).toEqual(
    float32([2, 7], [0, 1, 2, 10, 0, 1, 2, 3, 4, 5, 20, 3, 4, 5]),
  );
  expect(evaluate('concat', [column, column], { axis: 0 })[0]).toEqual(float32([4, 1], [10, 20, 10, 20]));
  expect(() => evaluate('concat', [x, column], { axis: 0 })).toThrow('does not fit to [2, 3] along axis 0');
  expect(() => evaluate('concat', [x, int32([2, 3], [0, 0, 0, 0, 0, 0])], { axis: 0 })).toThrow('inputs[1]');
});

test('reverse', () => {
  expect(evaluate('reverse', [x], { axes: [1] })[0]).toEqual(float32([2, 3], [2, 1, 0, 5, 4, 3]));
  expect(evaluate('reverse', [x], { axes: [0, 1] })[0]).toEqual(float32([2, 3], [5, 4, 3, 2, 1, 0]));
  expect(evaluate('reverse', [float32([0], [])], { axes: [0] })[0]).toEqual(float32([0], []));
});

test('broadcast', () => {
  const column = float32([2, 1], [1, 2]);
  expect(evaluate('broadcast', [column], { shape: [2, 2, 3] })[0]).toEqual(
    float32([2, 2, 3], [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]),
  );
  expect(evaluate('broadcast', [float32([], [4])], { shape: [2] })[0]).toEqual(float32([2], [4, 4]));
  expect(() => evaluate('broadcast', [x], { shape: [3] })).toThrow('broadcast: [2, 3] cannot be repeated to [3].');
  expect(() => evaluate('broadcast', [x], { shape: [2, 4] })).toThrow('cannot be broadcast');
});
