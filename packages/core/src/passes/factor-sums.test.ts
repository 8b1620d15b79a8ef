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
