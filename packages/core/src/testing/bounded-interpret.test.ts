import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { interpretWithBounds, isWithin } from './bounded-interpret.ts';

/** The bounds of the elements that an instruction makes of `x`. */
function boundsOf(x: readonly number[], instruction: string, result: string): number[] {
  const program = parse(`
    program(%0 "x": float32[${x.length}]) {
      %1: ${result} = ${instruction}
      return %1
    }`);
  const [output] = interpretWithBounds(program, { inputs: { x: Float32Array.from(x) } }, 6);
  return [...output!.bounds];
}

const mapped = (x: readonly number[], expr: string): number[] =>
  boundsOf(x, `map(%0) { ${expr} }`, `float32[${x.length}]`);

test('arithmetic is exact', () => {
  expect(mapped([0.1, -3, Number.NaN], 'div(add(mul(a, 3), 0.7), max(a, 2))')).toEqual([0, 0, 0]);
});

test('functions are close', () => {
  const [bound] = mapped([1], 'exp(a)');
  expect(bound).toBeGreaterThan(1e-6);
  expect(bound).toBeLessThan(1e-4);
});

test('a rounding may decide', () => {
  expect(mapped([0, 1], 'floor(exp(a))')).toEqual([8, 0]);
  expect(mapped([0], 'div(1, sub(exp(a), 1))')).toEqual([Number.POSITIVE_INFINITY]);
  expect(mapped([16.6], 'pow(-2, sigmoid(a))')).toEqual([Number.POSITIVE_INFINITY]);
});

test('numbers below the normal ones may be 0', () => {
  expect(mapped([1e-40], 'mul(a, 1e30)')[0]).toBeGreaterThan(1e-10);
});

test.each([
  [[1, 2, 3], 'sum', 0, 0],
  [[0.1, -0.1, 1e-9], 'sum', 1e-8, 1e-5],
  [[1, 2, 3], 'prod', 1e-6, 1e-3],
  [[3e38, 3e38, -3e38], 'sum', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  [[1e30, 1e30, 1e-30], 'prod', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  [[1e-30, 1e-30, 1e30], 'prod', 1e-31, Number.POSITIVE_INFINITY],
  [[1e38, Number.POSITIVE_INFINITY], 'sum', 0, 0],
  [[3e38, 3e38, Number.NEGATIVE_INFINITY], 'sum', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  [[0.1, 0.2], 'max', 0, 0],
] as const)('%j: the bound of their %s is from %d to %d', (x, kind, least, most) => {
  const [bound] = boundsOf(x, `reduce(%0) {kind="${kind}", axes=[0]}`, 'float32[]');
  expect(bound).toBeGreaterThanOrEqual(least);
  expect(bound).toBeLessThanOrEqual(most);
});

test('elements are within bounds, or the same', () => {
  expect([isWithin(1, 1.5, 0.5), isWithin(Number.NaN, Number.NaN, 0), isWithin(-0, 0, 0)]).toEqual([true, true, true]);
  expect([isWithin(1, 1.6, 0.5), isWithin(Number.NaN, 1, 1e9), isWithin(1, Infinity, 1e9)]).toEqual([
    false,
    false,
    false,
  ]);
});
