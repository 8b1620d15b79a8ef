import { describe, expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { factorSums } from './factor-sums.ts';
import { expectClose } from './testing/expect-close.ts';

describe('it fires', () => {
  test.each([
    [
      'a factor of each column, turned, and a number',
      `program(%0 "x": float32[20,30,40], %1 "mean": float32[40], %2 "k": float32[1,1,40]) {
        %3: float32[40] = reduce(%2, %0, %1) {kind="sum", axes=[0, 1], expr=(neg(mul(mul(a, 0.5), mul(sub(b, c), 2))))}
        return %3
      }`,
      'reduce(%0, %1) {kind="sum", axes=[0, 1], expr=(sub(a, b))}',
      '{ mul(b, neg(mul(mul(a, 0.5), 2))) }',
    ],
    [
      'a factor of each row; the others vary',
      `program(%0 "x": float32[400,50], %1 "y": float32[50], %2 "k": float32[400,1]) {
        %3: float32[400] = reduce(%0, %1, %2) {kind="mean", axes=[1], expr=(mul(mul(a, c), square(b)))}
        return %3
      }`,
      'reduce(%0, %1) {kind="mean", axes=[1], expr=(mul(a, square(b)))}',
      '{ mul(b, a) }',
    ],
    [
      'what is summed is an input as it is',
      `program(%0 "x": float32[400,50]) {
        %1: float32[] = reduce(%0) {kind="sum", axes=[0, 1], expr=(mul(a, -3))}
        return %1
      }`,
      'reduce(%0) {kind="sum", axes=[0, 1]}',
      '{ mul(a, -3) }',
    ],
  ])('%s', (_, text, sum, product) => {
    const before = parse(text);
    const after = factorSums.run(before);
    expect(print(after)).toContain(sum);
    expect(print(after)).toContain(product);
    expectClose(before, after);
  });
});

/** The gradient of a normalization of rows: its sum waits for the sum of `%5`. */
const gradient = (last = 'add(mul(a, b), mul(c, mul(sub(d, e), 2)))', size = 50) => `program(
    %0 "x": float32[400,${size}], %1 "dy": float32[400,${size}], %2 "scale": float32[400,1]
  ) {
  %3: float32[400] = reduce(%0) {kind="mean", axes=[1]}
  %4: float32[400,1] = reshape(%3) {shape=[400, 1]}
  %5: float32[400] = reduce(%1, %0) {kind="mean", axes=[1], expr=(mul(a, b))}
  %6: float32[400,1] = reshape(%5) {shape=[400, 1]}
  %7: float32[400,${size}] = map(%1, %2, %6, %0, %4) { ${last} }
  %8: float32[400] = reduce(%7) {kind="mean", axes=[1], expr=(neg(a))}
  return %7, %8
}`;

test('what a map makes is summed term by term where it waits for sums; what differs from its mean sums to 0', () => {
  const before = parse(gradient());
  const after = factorSums.run(before);
  expect(print(after)).toContain('reduce(%1) {kind="mean", axes=[1]}');
  expect(print(after)).toContain('{ neg(add(mul(c, a), mul(0, mul(b, 2)))) }');
  expect(print(after)).not.toContain('reduce(%7)');
  expectClose(before, after);
});

test('a factor of what differs from its mean', () => {
  const before = parse(`program(%0 "x": float32[400,50], %1 "k": float32[50]) {
    %2: float32[50] = reduce(%0) {kind="mean", axes=[0]}
    %3: float32[1,50] = reshape(%2) {shape=[1, 50]}
    %4: float32[50] = reduce(%0, %3, %1) {kind="mean", axes=[0], expr=(mul(sub(a, b), c))}
    return %4
  }`);
  const after = factorSums.run(before);
  expect(print(after)).toContain('{ mul(0, a) }');
  expectClose(before, after);
});

test('what differs from the mean along another axis does not sum to 0', () => {
  const before = parse(`program(%0 "x": float32[400,50], %1 "k": float32[50]) {
    %2: float32[400] = reduce(%0) {kind="mean", axes=[1]}
    %3: float32[400,1] = reshape(%2) {shape=[400, 1]}
    %4: float32[50] = reduce(%0, %3, %1) {kind="sum", axes=[0], expr=(mul(sub(a, b), c))}
    return %4
  }`);
  const after = factorSums.run(before);
  expect(print(after)).toContain('expr=(sub(a, b))');
  expectClose(before, after);
});

test.each([
  ['a term waits for sums, too', gradient('add(mul(a, b), exp(mul(c, d)))')],
  ['it is one term', gradient('mul(a, mul(b, c))')],
  ['it waits for no sums', gradient('add(mul(a, 2), d)')],
  ['it has few elements', gradient(undefined, 4)],
])('a map is summed as it is where %s', (_, text) => {
  const before = parse(text);
  expect(factorSums.run(before)).toBe(before);
});

const big = (expr: string, kind = 'sum', size = 50) => `program(%0 "x": float32[400,${size}], %1 "k": float32[400,1]) {
  %2: float32[400] = reduce(%0, %1) {kind="${kind}", axes=[1], expr=(${expr})}
  return %2
}`;

test.each([
  ['nothing is multiplied', big('add(a, b)')],
  ['no factor is the same for all', big('mul(a, exp(sub(a, b)))')],
  ['only the sign is', big('neg(exp(sub(a, b)))')],
  ['it is no sum', big('mul(a, b)', 'max')],
  ['there are few elements', big('mul(a, b)', 'sum', 4)],
  [
    'what varies has another shape alone',
    `program(%0 "x": float32[50], %1 "k": float32[400,1]) {
      %2: float32[400] = reduce(%0, %1) {kind="sum", axes=[1], expr=(mul(a, b))}
      return %2
    }`,
  ],
])('nothing changes where %s', (_, text) => {
  const before = parse(text);
  expect(factorSums.run(before)).toBe(before);
});
