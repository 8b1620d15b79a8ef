import { describe, expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import type { Program } from '../program/program.ts';
import { verify } from '../program/verify.ts';
import { expectClose } from './testing/expect-close.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';
import { tileRows, tilesOf } from './tile-rows.ts';

/** Blocks of about eight elements. */
const small = tilesOf(24, 8);

const run = (text: string): { before: Program; after: Program } => {
  const before = parse(text);
  const after = small.run(before);
  verify(after);
  return { before, after };
};

/** The primitives of a program, with what is in loops: `reshape loop(map)`. */
const shapeOf = ({ instructions }: Program): string =>
  instructions
    .map(({ primitive, attrs }) => (primitive === 'loop' ? `loop(${shapeOf(attrs.body as Program)})` : primitive))
    .join(' ');

/** A normalization of rows. */
const NORMALIZED = `
  %3: float32[2,6] = reduce(%0) {kind="mean", axes=[2]}
  %4: float32[2,6,1] = reshape(%3) {shape=[2, 6, 1]}
  %5: float32[2,6] = reduce(%0, %4) {kind="mean", axes=[2], expr=(square(sub(a, b)))}
  %6: float32[2,6,1] = reshape(%5) {shape=[2, 6, 1]}
  %7: float32[2,6,1] = map(%6) { rsqrt(add(a, 0.5)) }
  %8: float32[2,6,4] = map(%0, %4, %7, %1, %2) { add(mul(mul(sub(a, b), c), d), e) }`;

describe('it fires', () => {
  test('reductions of rows, what is made of them, and the map that reads it', () => {
    const { before, after } = run(`program(%0 "x": float32[2,6,4], %1 "gamma": float32[4], %2 "beta": float32[1,1,4]) {
      ${NORMALIZED}
      return %8
    }`);
    expect(shapeOf(after)).toBe('reshape reshape loop(reduce reshape reduce reshape map map) reshape');
    expect(print(after)).toContain('= loop(%9, %1, %10) {length=6, carries=0, sequences=1, reverse=false');
    expectSameMeaning(before, after);
  });

  test('reductions of columns, with those of the blocks after the loop; others are late', () => {
    const { before, after } = run(`program(%0 "x": float32[2,6,4], %1 "dy": float32[2,6,4]) {
      %2: float32[4] = reduce(%1) {kind="sum", axes=[0, 1]}
      %3: float32[4] = map(%2) { neg(a) }
      %4: float32[4] = reduce(%0, %1) {kind="mean", axes=[0, 1], expr=(mul(a, b))}
      %5: float32[2,6,4] = map(%0, %3) { add(a, b) }
      %6: float32[4] = reduce(%0) {kind="max", axes=[0, 1]}
      return %4, %5, %6
    }`);
    expect(shapeOf(after)).toBe('reshape reshape loop(reduce reduce reduce) reduce reduce reduce map map');
    expectClose(before, after);
  });

  test('what others read of the rows leaves the loop, and they come after it', () => {
    const { before, after } =
      run(`program(%0 "x": float32[8,4], %1 "w": float32[4,4]) state(%2 "most": metric float32[8] -> %3) {
      %3: float32[8] = reduce(%0) {kind="max", axes=[1]}
      %4: float32[8,1] = reshape(%3) {shape=[8, 1]}
      %5: float32[8,4] = map(%0, %4) { sub(a, b) }
      %6: float32[8,4] = dot(%5, %1) {transposeA=false, transposeB=false}
      %7: float32[8,4] = softmax(%5)
      %8: float32[8,4] = map(%6, %7) { add(a, b) }
      return %8, %4
    }`);
    expect(shapeOf(after)).toBe('reshape loop(reduce reshape map softmax) reshape reshape reshape reshape dot map');
    expectSameMeaning(before, after);
  });

  test('constants, bools and integers', () => {
    const { before, after } = run(`program(%0 "x": float32[8,4], %1 "flags": bool[8,1]) {
      %2: float32[8,4] = constant 0.5
      %3: int32[4] = constant [1, 2, 3, 4]
      %4: bool[8,4] = map(%0, %2) { gt(a, b) }
      %5: int32[8] = reduce(%4) {kind="sum", axes=[1]}
      %6: int32[8,1] = reshape(%5) {shape=[8, 1]}
      %7: int32[8,4] = map(%6, %3, %1) { select(c, a, b) }
      %8: int32[4] = reduce(%7) {kind="prod", axes=[0]}
      %9: int32[4] = reduce(%4) {kind="sum", axes=[0]}
      return %8, %9
    }`);
    expect(shapeOf(after)).toContain('loop(');
    expectSameMeaning(before, after);
  });

  test('in a square, rows are not columns', () => {
    const { before, after } = run(`program(%0 "x": float32[8,8]) {
      %1: float32[8] = reduce(%0) {kind="max", axes=[1]}
      %2: float32[8,8] = map(%0, %1) { sub(a, b) }
      %3: float32[8,1] = reshape(%1) {shape=[8, 1]}
      %4: float32[8,8] = map(%0, %3) { add(a, b) }
      return %2, %4
    }`);
    expect(shapeOf(after)).toBe('reshape loop(reduce reshape map) reshape reshape map');
    expectSameMeaning(before, after);
  });
});

test.each([
  [
    'the rows make no blocks',
    `program(%0 "x": float32[13,4]) {
      %1: float32[13] = reduce(%0) {kind="max", axes=[1]}
      %2: float32[13,1] = reshape(%1) {shape=[13, 1]}
      %3: float32[13,4] = map(%0, %2) { sub(a, b) }
      return %3
    }`,
    tilesOf(24, 64),
  ],
  [
    'values are small',
    `program(%0 "x": float32[4,4]) {
      %1: float32[4] = reduce(%0) {kind="max", axes=[1]}
      %2: float32[4,1] = reshape(%1) {shape=[4, 1]}
      %3: float32[4,4] = map(%0, %2) { sub(a, b) }
      return %3
    }`,
    small,
  ],
  [
    'the same, as it stands in the pipeline',
    `program(%0 "x": float32[1024,128]) {
      %1: float32[1024] = reduce(%0) {kind="max", axes=[1]}
      %2: float32[1024,1] = reshape(%1) {shape=[1024, 1]}
      %3: float32[1024,128] = map(%0, %2) { sub(a, b) }
      return %3
    }`,
    tileRows,
  ],
  [
    'nothing is read twice',
    `program(%0 "x": float32[8,4], %1 "y": float32[8,4]) {
      %2: float32[8] = reduce(%0) {kind="max", axes=[1]}
      %3: float32[4] = reduce(%1) {kind="max", axes=[0]}
      return %2, %3
    }`,
    small,
  ],
  [
    'another instruction stands between the reduction and the map',
    `program(%0 "x": float32[8,4], %1 "y": float32[8,4], %2 "w": float32[8,8]) {
      %3: float32[8] = reduce(%0) {kind="max", axes=[1]}
      %4: float32[8,1] = reshape(%3) {shape=[8, 1]}
      %5: float32[8,1] = dot(%2, %4) {transposeA=false, transposeB=false}
      %6: float32[8,4] = map(%0, %5) { sub(a, b) }
      return %6
    }`,
    small,
  ],
  [
    'there are no reductions',
    `program(%0 "x": float32[8,4]) {
      %1: float32[8,4] = map(%0) { exp(a) }
      %2: float32[8,4] = map(%0) { neg(a) }
      return %1, %2
    }`,
    small,
  ],
])('nothing changes where %s', (_, text, pass) => {
  const before = parse(text);
  expect(pass.run(before)).toBe(before);
});
