import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { orderForReuse } from './order-for-reuse.ts';
import { planMemory } from './plan-memory.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** Both products are made before one of them is summed. */
const wide = parse(`
  program(%0 "x": float32[16,16]) {
    %1: float32[16,16] = dot(%0, %0) {transposeA=true, transposeB=false}
    %2: float32[16,16] = dot(%0, %0) {transposeA=false, transposeB=true}
    %3: float32[] = reduce(%1) {kind="sum", axes=[0, 1]}
    %4: float32[] = reduce(%2) {kind="sum", axes=[0, 1]}
    return %3, %4
  }`);

/** The old weight is read after the new one is made. */
const lateRead = parse(`
  program(%0 "g": float32[16]) state(%1 "w": weight float32[16] -> %2) {
    %2: float32[16] = map(%1, %0) { sub(a, b) }
    %3: float32[] = reduce(%1) {kind="sum", axes=[0]}
    return %3
  }`);

test('what frees memory comes first', () => {
  expect([planMemory(wide).arenaBytes, planMemory(orderForReuse.run(wide)).arenaBytes]).toEqual([
    2048 + 64,
    1024 + 128,
  ]);
  expect(print(orderForReuse.run(wide))).toMatchInlineSnapshot(`
    "program(%0 "x": float32[16,16]) {
      %1: float32[16,16] = dot(%0, %0) {transposeA=true, transposeB=false}
      %3: float32[] = reduce(%1) {kind="sum", axes=[0, 1]}
      %2: float32[16,16] = dot(%0, %0) {transposeA=false, transposeB=true}
      %4: float32[] = reduce(%2) {kind="sum", axes=[0, 1]}
      return %3, %4
    }"
  `);
});

test('an old state is read before it is written over', () => {
  const after = orderForReuse.run(lateRead);
  expect(after.instructions.map(({ outputs }) => outputs[0])).toEqual([3, 2]);
  expect(planMemory(after).statesInPlace).toEqual(new Set([0]));
});

test.each([wide, lateRead])('the result is the same, bit for bit (%#)', (program) => {
  expectSameMeaning(program, orderForReuse.run(program));
});

test.each([
  [
    'no order needs less',
    `program(%0 "x": float32[16,16]) {
      %1: float32[16,16] = map(%0) { neg(a) }
      %2: float32[16] = reduce(%1) {kind="sum", axes=[0]}
      return %2
    }`,
  ],
  [
    'the old state is read together with the new one',
    `program(%0 "g": float32[16]) state(%1 "w": weight float32[16] -> %2) {
      %2: float32[16] = map(%1, %0) { sub(a, b) }
      %3: float32[16] = map(%1, %2) { mul(a, b) }
      return %3
    }`,
  ],
])('nothing changes when %s', (_, text) => {
  const program = parse(text);
  expect(orderForReuse.run(program)).toBe(program);
});
