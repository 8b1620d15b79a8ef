import { beforeAll, expect, test } from 'vitest';
import { startJsBackend } from '../../testing/js-backend.ts';
import {
  evaluate,
  float32,
  floats,
  flopsOf,
  int32,
  integers,
  jsKernel,
  wholes,
} from '../../testing/primitive-check.ts';

beforeAll(async () => {
  await startJsBackend();
});

test('of equal elements the first comes first, in both directions', () => {
  const x = float32([5], [2, 1, 3, 1, 2]);
  expect(evaluate('sort', [x], { axis: 0, descending: false })).toEqual([
    float32([5], [1, 1, 2, 2, 3]),
    int32([5], [1, 3, 0, 4, 2]),
  ]);
  expect(evaluate('sort', [x], { axis: 0, descending: true })).toEqual([
    float32([5], [3, 2, 2, 1, 1]),
    int32([5], [2, 0, 4, 1, 3]),
  ]);
  expect(flopsOf('sort', [x.type], { axis: 0, descending: true })).toBe(15);
});

test('NaN counts as the largest', () => {
  const x = float32([5], [1, Number.NaN, Infinity, -Infinity, Number.NaN]);
  const places = (descending: boolean) => [...evaluate('sort', [x], { axis: -1, descending })[1]!.data];
  expect(places(false)).toEqual([3, 0, 2, 1, 4]);
  expect(places(true)).toEqual([1, 4, 2, 0, 3]);
});

test('along any axis', () => {
  const x = float32([2, 3], [3, 1, 2, 0, 5, 1]);
  expect(evaluate('sort', [x], { axis: 0, descending: false })).toEqual([
    float32([2, 3], [0, 1, 1, 3, 5, 2]),
    int32([2, 3], [1, 0, 1, 0, 1, 0]),
  ]);
});

test.each([[[1]], [[7]], [[3, 50]], [[2, 3, 700]], [[0, 4]]])('as TopK of tfjs: %j', (shape) => {
  for (const x of [floats(shape), wholes(shape, 0, 9), integers(shape, -9, 9)]) {
    const attrs = { k: shape.at(-1)!, sorted: true };
    expect(evaluate('sort', [x], { axis: -1, descending: true })).toEqual(jsKernel('TopK', { x }, attrs));
  }
});

test('an axis that is not there is refused', () => {
  expect(() => evaluate('sort', [floats([3])], { axis: 1, descending: true })).toThrow('sort: axis 1 is out of range');
});
