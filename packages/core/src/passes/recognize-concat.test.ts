import { expect, test } from 'vitest';
import { ProgramBuilder } from '../program/builder.ts';
import { callOf, inputOf } from '../program/expression.ts';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import type { Program } from '../program/program.ts';
import { verify } from '../program/verify.ts';
import { recognizeConcat } from './recognize-concat.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** Three parts of `[2, 6]`, padded by these and added up. */
const sumOf = (first: string, second: string, third: string, value = '0'): Program =>
  parse(`program(%0 "a": float32[2,1], %1 "b": float32[2,2], %2 "c": float32[2,3]) {
  %3: float32[2,6] = pad(%0) {pads=[[0, 0], ${first}], value=${value}}
  %4: float32[2,6] = pad(%1) {pads=[[0, 0], ${second}], value=0}
  %5: float32[2,6] = pad(%2) {pads=[[0, 0], ${third}], value=0}
  %6: float32[2,6] = map(%5, %4) { add(a, b) }
  %7: float32[2,6] = map(%3, %6) { add(a, b) }
  return %7
}`);

test('parts padded side by side and added up are put side by side, in any order', () => {
  const before = sumOf('[2, 3]', '[0, 4]', '[3, 0]');
  const after = recognizeConcat.run(before);
  verify(after);
  expectSameMeaning(before, after);
  const { primitive, attrs } = after.instructions.at(-1)!;
  expect([primitive, attrs]).toEqual(['concat', { axis: 1 }]);
  expect(print(after)).not.toContain('pad(');
});

test('integers too, along the first axis', () => {
  const before = parse(`program(%0 "a": int32[1,2], %1 "b": int32[2,2]) {
  %2: int32[3,2] = pad(%0) {pads=[[0, 2], [0, 0]], value=0}
  %3: int32[3,2] = pad(%1) {pads=[[1, 0], [0, 0]], value=0}
  %4: int32[3,2] = map(%2, %3) { add(a, b) }
  return %4
}`);
  const after = recognizeConcat.run(before);
  verify(after);
  expectSameMeaning(before, after);
  expect(after.instructions.map(({ primitive }) => primitive)).toEqual(['map', 'map', 'concat']);
});

test.each([
  ['parts that overlap', sumOf('[2, 3]', '[1, 3]', '[3, 0]')],
  ['a hole', sumOf('[2, 3]', '[0, 4]', '[2, 1]')],
  ['other padding than zeros', sumOf('[2, 3]', '[0, 4]', '[3, 0]', '-0')],
])('%s: nothing to do', (_, program) => {
  expect(recognizeConcat.run(program)).toBe(program);
});

test('another axis is padded too: nothing to do', () => {
  const program = parse(`program(%0 "a": float32[1,1], %1 "b": float32[2,2]) {
  %2: float32[2,3] = pad(%0) {pads=[[0, 1], [2, 0]], value=0}
  %3: float32[2,3] = pad(%1) {pads=[[0, 0], [0, 1]], value=0}
  %4: float32[2,3] = map(%2, %3) { add(a, b) }
  return %4
}`);
  expect(recognizeConcat.run(program)).toBe(program);
});

test('sums of the same sums, which written out were millions of millions of terms: nothing to do', () => {
  const builder = new ProgramBuilder();
  const type = { shape: [3], dtype: 'float32' as const };
  const sums = [builder.input('a', type), builder.input('b', type)];
  for (let i = 0; i < 60; i++) {
    sums.push(...builder.emit('map', sums.slice(-2), { expr: callOf('add', inputOf(0), inputOf(1)) }));
  }
  const program = builder.build(sums.slice(-1));
  expect(recognizeConcat.run(program)).toBe(program);
});
