import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import type { Program } from '../program/program.ts';
import { verify } from '../program/verify.ts';
import { simplifyLoops } from './simplify-loops.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** The loop after the pass, as text, without what is around it. */
function simplified(text: string): string {
  const before = parse(text);
  const after = simplifyLoops.run(before);
  verify(after);
  expectSameMeaning(before, after);
  expect(simplifyLoops.run(after)).toBe(after);
  return loopOf(after);
}

const loopOf = (program: Program): string => {
  const text = print(program);
  return text.slice(text.search(/^ {2}%/m), -2);
};

test('outputs that nobody reads go, and what only they are made from', () => {
  expect(
    simplified(`program(%0 "h": float32[2], %1 "xs": float32[3,2], %2 "w": float32[2]) {
  %3: float32[2], %4: float32[3,2], %5: float32[3,2] = loop(%0, %1, %2) {length=3, carries=1, sequences=1, reverse=false, body=program(%0 "h": float32[2], %1 "x": float32[2], %2 "w": float32[2]) {
    %3: float32[2] = map(%0) { exp(a) }
    %4: float32[2] = map(%1, %2) { mul(a, b) }
    return %3, %4, %0
  }}
  return %3
}`),
  ).toBe(`  %6: float32[2] = loop(%0) {length=3, carries=1, sequences=0, reverse=false, body=program(%0 "carry/0": float32[2]) {
    %3: float32[2] = map(%0) { exp(a) }
    return %3
  }}
  return %6`);
});

test('carries that only make themselves go', () => {
  expect(
    simplified(`program(%0 "a": float32[], %1 "b": float32[], %2 "c": float32[]) {
  %3: float32[], %4: float32[], %5: float32[], %6: float32[4] = loop(%0, %1, %2) {length=4, carries=3, sequences=0, reverse=false, body=program(%0 "a": float32[], %1 "b": float32[], %2 "c": float32[]) {
    %3: float32[] = map(%0, %1) { add(a, b) }
    %4: float32[] = map(%1) { neg(a) }
    %5: float32[] = map(%2, %0) { mul(a, b) }
    return %3, %4, %5, %0
  }}
  return %6
}`),
  ).toBe(`  %7: float32[], %8: float32[], %9: float32[4] = loop(%0, %1) {length=4, carries=2, sequences=0, reverse=false, body=program(%0 "carry/0": float32[], %1 "carry/1": float32[]) {
    %3: float32[] = map(%0, %1) { add(a, b) }
    %4: float32[] = map(%1) { neg(a) }
    return %3, %4, %0
  }}
  return %9`);
});

test('what goes in or out twice does so once, and what stays as it is is no carry', () => {
  expect(
    simplified(`program(%0 "h": float32[2], %1 "m": float32[2], %2 "xs": float32[3,2]) {
  %3: float32[2], %4: float32[2], %5: float32[3,2], %6: float32[3,2], %7: float32[3,2] = loop(%0, %1, %2, %2, %1) {length=3, carries=2, sequences=2, reverse=true, body=program(
      %0 "h": float32[2],
      %1 "m": float32[2],
      %2 "x": float32[2],
      %3 "y": float32[2],
      %4 "n": float32[2]
    ) {
    %5: float32[2] = map(%0, %1, %2, %3, %4) { add(add(a, b), mul(c, add(d, e))) }
    return %5, %1, %5, %5, %3
  }}
  return %3, %4, %5, %6, %7
}`),
  ).toBe(`  %8: float32[2], %9: float32[3,2] = loop(%0, %2, %1) {length=3, carries=1, sequences=1, reverse=true, body=program(
      %0 "carry/0": float32[2],
      %2 "item/0": float32[2],
      %4 "invariant/0": float32[2]
    ) {
    %5: float32[2] = map(%0, %4, %2, %2, %4) { add(add(a, b), mul(c, add(d, e))) }
    return %5, %5
  }}
  return %8, %1, %9, %9, %2`);
});

test('what has one element everywhere is a constant of the body', () => {
  expect(
    simplified(`program(%0 "h": float32[2]) {
  %1: float32[3,2] = constant 0
  %2: float32[] = constant 2
  %3: float32[2] = loop(%0, %1, %2) {length=3, carries=1, sequences=1, reverse=false, body=program(%0 "h": float32[2], %1 "x": float32[2], %2 "w": float32[]) {
    %3: float32[2] = map(%0, %1, %2) { mul(add(a, b), c) }
    return %3
  }}
  return %3
}`),
  ).toBe(`  %4: float32[2] = loop(%0) {length=3, carries=1, sequences=0, reverse=false, body=program(%0 "carry/0": float32[2]) {
    %1: float32[2] = constant 0
    %2: float32[] = constant 2
    %3: float32[2] = map(%0, %1, %2) { mul(add(a, b), c) }
    return %3
  }}
  return %4`);
});

test('a loop that keeps something only for another one that does not need it either', () => {
  const loop = (inputs: string) =>
    `loop(${inputs}) {length=3, carries=1, sequences=1, reverse=false, body=program(%0 "h": float32[2], %1 "x": float32[2]) {
    %2: float32[2] = map(%0, %1) { add(a, b) }
    %3: float32[2] = map(%2) { neg(a) }
    return %2, %3
  }}`;
  const after = simplifyLoops.run(
    parse(`program(%0 "h": float32[2], %1 "xs": float32[3,2]) {
  %2: float32[2], %3: float32[3,2] = ${loop('%0, %1')}
  %4: float32[2], %5: float32[3,2] = ${loop('%0, %3')}
  return %2
}`),
  );
  expect(after.instructions).toHaveLength(1);
  expect(after.instructions[0]!.outputs).toHaveLength(1);
});
