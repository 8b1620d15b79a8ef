import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { simplifyAlgebra } from './simplify-algebra.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** The gradient of `mean(x²)`, as the tape writes it: ones, a division by a constant, a power. */
const program = parse(`
  program(%0 "x": float32[4,2], %1 "dy": float32[]) {
    %2: float32[4,2] = constant 1
    %3: float32[] = constant 8
    %4: float32[4,2] = map(%2, %1) { mul(a, b) }
    %5: float32[4,2] = map(%4, %3) { div(a, b) }
    %6: float32[4,2] = map(%0, %3) { pow(a, 2) }
    %7: float32[4,2] = reduce(%6) {kind="sum", axes=[]}
    return %5, %7
  }`);

test('constants become numbers, and the rules of algebra apply', () => {
  expect(print(simplifyAlgebra.run(program))).toMatchInlineSnapshot(`
    "program(%0 "x": float32[4,2], %1 "dy": float32[]) {
      %2: float32[4,2] = constant 1
      %4: float32[4,2] = map(%1, %2) { a }
      %5: float32[4,2] = map(%4) { mul(a, 0.125) }
      %6: float32[4,2] = map(%0) { square(a) }
      %7: float32[4,2] = map(%6) { add(a, 0) }
      return %5, %7
    }"
  `);
});

test('the result is the same, bit for bit', () => {
  expectSameMeaning(program, simplifyAlgebra.run(program));
});

test.each([
  ['max', 'float32', 'float32[3,1]', 'axes=[1]'],
  ['sum', 'int32', 'int32[3,1]', 'axes=[1]'],
  ['all', 'bool', 'bool[3,1]', 'axes=[1]'],
  ['prod', 'float32', 'float32[3]', 'axes=[]'],
])('%s of one element each of %s is that element', (kind, dtype, type, axes) => {
  const before = parse(`program(%0 "x": ${type}) { %1: ${dtype}[3] = reduce(%0) {kind="${kind}", ${axes}} return %1 }`);
  const after = simplifyAlgebra.run(before);
  expect(print(after)).toContain(' = reshape(%0) {shape=[3]}');
  expectSameMeaning(before, after);
});

test.each(['sum', 'mean'])('a %s of one element each starts with 0, which takes the sign of -0', (kind) => {
  for (const [type, axes] of [
    ['float32[3,1]', 'axes=[1]'],
    ['float32[3]', 'axes=[]'],
  ]) {
    const before = parse(
      `program(%0 "x": ${type}) { %1: float32[3] = reduce(%0) {kind="${kind}", ${axes}} return %1 }`,
    );
    const after = simplifyAlgebra.run(before);
    expect(print(after)).toMatch(/map\(%\d\) \{ add\(a, 0\) \}/);
    for (let seed = 1; seed < 20; seed++) expectSameMeaning(before, after, seed);
  }
});

test.each([
  ['a constant has several elements', 'float32[2]', '%2: float32[2] = constant [1, 1]', 'map(%0, %2) { mul(a, b) }'],
  ['a product with 0 may be NaN', 'float32[2]', '', 'map(%0) { mul(a, 0) }'],
  ['an axis has two elements', 'float32[2,2]', '', 'reduce(%0) {kind="max", axes=[1]}'],
])('nothing changes when %s', (_, type, constant, instruction) => {
  const before = parse(`program(%0 "x": ${type}) { ${constant} %3: float32[2] = ${instruction} return %3 }`);
  expect(simplifyAlgebra.run(before)).toBe(before);
});

test('a constant stays where nothing else says its dtype or the shape', () => {
  const before = parse(`
    program(%0 "flag": bool[]) {
      %1: int32[3] = constant 1
      %2: int32[] = constant 0
      %3: int32[3] = map(%0, %1, %2) { select(a, b, c) }
      return %3
    }`);
  const after = simplifyAlgebra.run(before);
  expect(print(after)).toMatchInlineSnapshot(`
    "program(%0 "flag": bool[]) {
      %1: int32[3] = constant 1
      %2: int32[] = constant 0
      %3: int32[3] = map(%0, %2, %1) { select(a, 1, b) }
      return %3
    }"
  `);
  expectSameMeaning(before, after);
});
