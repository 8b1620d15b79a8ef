import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { expandOneHot } from './expand-one-hot.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

const program = (attrs: string, shape: string, dtype: string) =>
  parse(`
    program(%0 "ids": int32[7]) {
      %1: ${dtype}[7,${shape}] = oneHot(%0) {${attrs}, dtype="${dtype}"}
      return %1
    }`);

test('it fires', () => {
  const before = program('depth=3, on=1, off=0', '3', 'float32');
  const after = expandOneHot.run(before);
  expect(print(after)).toMatchInlineSnapshot(`
    "program(%0 "ids": int32[7]) {
      %2: int32[3] = constant [0, 1, 2]
      %3: int32[7,1] = reshape(%0) {shape=[7, 1]}
      %1: float32[7,3] = map(%2, %3) { f32(eq(a, b)) }
      return %1
    }"
  `);
});

test.each(['float32', 'int32', 'bool'])('%s is the same, for ids beyond the last place and below 0 too', (dtype) => {
  for (const depth of [1, 3]) {
    const before = program(`depth=${depth}, on=1, off=0`, `${depth}`, dtype);
    const after = expandOneHot.run(before);
    expect(print(after)).not.toContain('oneHot');
    for (let seed = 1; seed < 10; seed++) expectSameMeaning(before, after, seed);
  }
});

test('ids of any rank', () => {
  const before = parse(`
    program(%0 "id": int32[], %1 "ids": int32[2,3]) {
      %2: float32[4] = oneHot(%0) {depth=4, on=1, off=0, dtype="float32"}
      %3: float32[2,3,4] = oneHot(%1) {depth=4, on=1, off=0, dtype="float32"}
      return %2, %3
    }`);
  expectSameMeaning(before, expandOneHot.run(before));
});

test.each([
  ['the numbers are others', program('depth=3, on=2, off=0', '3', 'float32')],
  ['there is a negative zero', program('depth=3, on=1, off=-0', '3', 'float32')],
  ['there are many places', program('depth=1000, on=1, off=0', '1000', 'float32')],
  ['there is none', program('depth=0, on=1, off=0', '0', 'float32')],
])('nothing changes where %s', (_, before) => {
  expect(expandOneHot.run(before)).toBe(before);
});
