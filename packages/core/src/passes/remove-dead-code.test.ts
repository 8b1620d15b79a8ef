import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { removeDeadCode } from './remove-dead-code.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** %5 and %6 lead nowhere, %7 is a constant that only they read; %8 is the new state. */
const program = parse(`
  program(%0 "x": float32[2], %1 "unused": int32[]) state(%2 "w": weight float32[2] -> %8, %3 "read": metric float32[]) {
    %7: float32[] = constant 3
    %4: float32[2] = map(%0) { neg(a) }
    %5: float32[2] = map(%4, %7) { mul(a, b) }
    %6: float32[2] = map(%5) { exp(a) }
    %8: float32[2] = map(%2, %0) { add(a, b) }
    return %4
  }`);

test('what reaches neither an output nor a state goes; inputs and states stay', () => {
  expect(print(removeDeadCode.run(program))).toMatchInlineSnapshot(`
    "program(%0 "x": float32[2], %1 "unused": int32[]) state(%2 "w": weight float32[2] -> %8, %3 "read": metric float32[]) {
      %4: float32[2] = map(%0) { neg(a) }
      %8: float32[2] = map(%2, %0) { add(a, b) }
      return %4
    }"
  `);
});

test('the result is the same, bit for bit', () => {
  expectSameMeaning(program, removeDeadCode.run(program));
});

test('nothing changes when one output of an instruction is read and the other is not', () => {
  const sorted = parse(`
    program(%0 "x": float32[3]) {
      %1: float32[3], %2: int32[3] = sort(%0) {axis=0, descending=false}
      return %2
    }`);
  expect(removeDeadCode.run(sorted)).toBe(sorted);
});
