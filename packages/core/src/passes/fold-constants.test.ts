import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { foldConstants } from './fold-constants.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** Only %9 needs x. */
const program = parse(`
  program(%0 "x": float32[2,3]) {
    %1: float32[3] = constant [1, -0, 3]
    %2: float32[] = constant 0.1
    %3: float32[3] = map(%1, %2) { mul(a, b) }
    %4: float32[2,3] = broadcast(%3) {shape=[2, 3]}
    %5: float32[2] = reduce(%4) {kind="sum", axes=[1]}
    %6: int32[4] = iota() {shape=[4], axis=0}
    %9: float32[2,3] = map(%0, %4) { add(a, b) }
    return %9, %5, %6
  }`);

test('what is made from constants is a constant', () => {
  expect(print(foldConstants.run(program))).toMatchInlineSnapshot(`
    "program(%0 "x": float32[2,3]) {
      %11: float32[2,3] = constant [0.1, -0, 0.3, 0.1, -0, 0.3]
      %12: float32[2] = constant 0.4
      %13: int32[4] = constant [0, 1, 2, 3]
      %9: float32[2,3] = map(%0, %11) { add(a, b) }
      return %9, %12, %13
    }"
  `);
});

test('one element for all stays one, however large the value', () => {
  const large = parse(`
    program() {
      %0: float32[1000,1000] = fill() {shape=[1000, 1000], value=3, dtype="float32"}
      %1: float32[1000,1000] = map(%0) { rsqrt(a) }
      %2: float32[1000000] = reshape(%1) {shape=[1000000]}
      %3: float32[2,1000000] = broadcast(%2) {shape=[2, 1000000]}
      return %3
    }`);
  expect(print(foldConstants.run(large))).toMatchInlineSnapshot(`
    "program() {
      %7: float32[2,1000000] = constant 0.57735026
      return %7
    }"
  `);
});

test('equal elements become one', () => {
  const zeros = parse(
    'program() { %0: float32[3] = constant [0, 0, 0] %1: float32[3] = map(%0) { exp(a) } return %1 }',
  );
  expect(print(foldConstants.run(zeros))).toContain('= constant 1\n');
});

test('the result is the same, bit for bit', () => {
  expectSameMeaning(program, foldConstants.run(program));
});

test.each([
  ['an input is no constant', '%2: float32[2] = map(%0, %1) { add(a, b) }'],
  ['the result is large', '%2: int32[2000] = iota() {shape=[2000], axis=0}'],
  ['a kernel of tfjs is called', '%2: float32[2] = call(%1) {kernel="Sin", attrsJson="{}"}'],
])('nothing changes when %s', (_, instruction) => {
  const before = parse(`
    program(%0 "x": float32[2]) {
      %1: float32[2] = constant [1, 2]
      ${instruction}
      return %2, %1
    }`);
  expect(foldConstants.run(before)).toBe(before);
});

test('nothing changes when many elements would be read', () => {
  const before = parse(`
    program() {
      %0: float32[70000] = constant 1
      %1: float32[] = reduce(%0) {kind="sum", axes=[0]}
      return %1
    }`);
  expect(foldConstants.run(before)).toBe(before);
});
