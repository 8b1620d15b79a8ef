import { expect, test } from 'vitest';
import { bool, evaluate, float32, int32 } from '../../testing/primitive-check.ts';
import { parseExpression } from '../parse.ts';
import { map } from './map.ts';

const run = (text: string, ...inputs: Parameters<typeof evaluate>[1]) =>
  evaluate('map', inputs, { expr: parseExpression(text) })[0];

test('inputs broadcast to one shape', () => {
  const column = float32([2, 1], [10, 20]);
  const row = float32([3], [1, 2, 3]);
  expect(run('add(a, b)', column, row)).toEqual(float32([2, 3], [11, 12, 13, 21, 22, 23]));
});

test('an input that is not read still counts for the shape', () => {
  expect(run('a', float32([], [7]), float32([2], [0, 0]))).toEqual(float32([2], [7, 7]));
});

test('an expression over three inputs of several types', () => {
  const y = run('select(a, f32(b), mul(c, 0.5))', bool([3], [1, 0, 1]), int32([3], [1, 2, 3]), float32([], [8]));
  expect(y).toEqual(float32([3], [1, 4, 3]));
});

test('nothing in, nothing out', () => {
  expect(run('add(a, b)', float32([0, 3], []), float32([3], [1, 2, 3]))).toEqual(float32([0, 3], []));
});

test('each call costs an operation per element', () => {
  const types = [float32([8, 3], []).type, float32([3], []).type];
  const attrs = { expr: parseExpression('max(add(a, b), 0)') };
  expect(map.cost(types, attrs, map.infer(types, attrs))).toEqual({ flops: 48, bytes: 4 * (24 + 3 + 24) });
});

test('shapes that do not broadcast are refused', () => {
  expect(() => run('add(a, b)', float32([2], [1, 2]), float32([3], [1, 2, 3]))).toThrow(
    'map: shapes [2] and [3] cannot be broadcast together.',
  );
});
