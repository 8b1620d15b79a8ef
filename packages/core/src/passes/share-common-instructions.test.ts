import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { shareCommonInstructions } from './share-common-instructions.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** %3 is %2 again, so %5 is %4 again. */
const program = parse(`
  program(%0 "x": float32[2,3]) state(%1 "seed": rng int32[2]) {
    %2: float32[3] = reduce(%0) {kind="sum", axes=[0]}
    %3: float32[3] = reduce(%0) {axes=[0], kind="sum"}
    %4: float32[2,3] = map(%0, %2) { div(a, b) }
    %5: float32[2,3] = map(%0, %3) { div(a, b) }
    return %4, %5
  }`);

test('of equal instructions one is left', () => {
  expect(print(shareCommonInstructions.run(program))).toMatchInlineSnapshot(`
    "program(%0 "x": float32[2,3]) state(%1 "seed": rng int32[2]) {
      %2: float32[3] = reduce(%0) {kind="sum", axes=[0]}
      %4: float32[2,3] = map(%0, %2) { div(a, b) }
      return %4, %4
    }"
  `);
});

test('the result is the same, bit for bit', () => {
  expectSameMeaning(program, shareCommonInstructions.run(program));
});

test.each([
  ['the inputs stand the other way round', 'map(%0, %1) { sub(a, b) }', 'map(%1, %0) { sub(a, b) }'],
  ['an attribute differs', 'map(%0) { add(a, 0) }', 'map(%0) { add(a, -0) }'],
  ['a number is not a number', 'map(%0) { max(a, NaN) }', 'map(%0) { max(a, Infinity) }'],
  ['the primitive differs', 'softmax(%0)', 'logSoftmax(%0)'],
  ['a kernel of tfjs is called', 'call(%0) {kernel="Sin", attrsJson="{}"}', 'call(%0) {kernel="Sin", attrsJson="{}"}'],
])('nothing changes when %s', (_, first, second) => {
  const before = parse(`
    program(%0 "x": float32[2], %1 "y": float32[2]) {
      %2: float32[2] = ${first}
      %3: float32[2] = ${second}
      return %2, %3
    }`);
  expect(shareCommonInstructions.run(before)).toBe(before);
});
