import { expect, test } from 'vitest';
import { bool, evaluate, float32, flopsOf } from '../../testing/primitive-check.ts';
import { parseExpression } from '../parse.ts';

const run = (texts: readonly string[], ...inputs: Parameters<typeof evaluate>[1]) =>
  evaluate('mapMany', inputs, { exprs: texts.map(parseExpression) });

test('each expression makes an output of the one shape, whatever it reads', () => {
  const [column, row] = [float32([2, 1], [10, 20]), float32([3], [1, 2, 3])];
  expect(run(['add(a, b)', 'a', 'gt(b, 1)'], column, row)).toEqual([
    float32([2, 3], [11, 12, 13, 21, 22, 23]),
    float32([2, 3], [10, 10, 10, 20, 20, 20]),
    bool([2, 3], [0, 1, 1, 0, 1, 1]),
  ]);
});

test('an output is what a map of its expression gives', () => {
  const inputs = [float32([2], [0.1, 0.7]), float32([2], [3, 5])];
  for (const text of ['mul(add(a, b), 0.1)', 'sub(square(b), a)']) {
    expect(run([text, 'a'], ...inputs)[0]).toEqual(evaluate('map', inputs, { expr: parseExpression(text) })[0]);
  }
});

test('the calls of all expressions count', () => {
  const exprs = ['add(a, 1)', 'mul(add(a, 1), 2)'].map(parseExpression);
  expect(flopsOf('mapMany', [float32([5], []).type], { exprs })).toBe(15);
});

test('expressions that do not fit, or none, are refused', () => {
  expect(() => run([], float32([1], [1]))).toThrow('mapMany: `exprs` must be at least one expression');
  expect(() => run(['add(a, b)'], float32([1], [1]))).toThrow('the expression reads input 1, but there are 1');
  expect(() => run(['a'], float32([2], [1, 2]), float32([3], [1, 2, 3]))).toThrow('mapMany: shapes [2] and [3]');
});
