import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import type { Program } from '../program/program.ts';
import { removeIdentities } from './remove-identities.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** One instruction, or several, on `x`, of the given type; the last value is the output. */
const program = (type: string, ...instructions: string[]): Program =>
  parse(`program(%0 "x": ${type}) {\n${instructions.join('\n')}\nreturn %${instructions.length}\n}`);

const IDENTITIES: readonly (readonly [what: string, program: Program])[] = [
  ['a reshape to the same shape', program('float32[2,3]', '%1: float32[2,3] = reshape(%0) {shape=[2, 3]}')],
  ['a broadcast to the same shape', program('float32[2,3]', '%1: float32[2,3] = broadcast(%0) {shape=[2, 3]}')],
  ['a transpose that keeps the axes', program('float32[2,3]', '%1: float32[2,3] = transpose(%0) {perm=[0, 1]}')],
  [
    'a slice of everything',
    program('bool[2,3]', '%1: bool[2,3] = slice(%0) {begin=[0, 0], size=[2, 3], strides=[1, 1]}'),
  ],
  ['a concat of one', program('int32[2,3]', '%1: int32[2,3] = concat(%0) {axis=1}')],
  ['a pad of nothing', program('float32[2,3]', '%1: float32[2,3] = pad(%0) {pads=[[0, 0], [0, 0]], value=7}')],
  ['a mirror pad of nothing', program('float32[2]', '%1: float32[2] = mirrorPad(%0) {pads=[[0, 0]], mode="reflect"}')],
  ['a reverse of an axis of size 1', program('float32[1,3]', '%1: float32[1,3] = reverse(%0) {axes=[0]}')],
  ['a cast to the same dtype', program('float32[2]', '%1: float32[2] = map(%0) { f32(a) }')],
  ['a map that copies', program('bool[2]', '%1: bool[2] = map(%0) { a }')],
  [
    'two transposes that undo each other',
    program(
      'float32[2,3]',
      '%1: float32[3,2] = transpose(%0) {perm=[1, 0]}',
      '%2: float32[2,3] = transpose(%1) {perm=[1, 0]}',
    ),
  ],
  [
    'reshapes there and back',
    program(
      'float32[2,3]',
      '%1: float32[6] = reshape(%0) {shape=[6]}',
      '%2: float32[2,3] = reshape(%1) {shape=[2, 3]}',
    ),
  ],
];

test.each(IDENTITIES)('%s goes, and the result is the same', (_, before) => {
  const after = removeIdentities.run(before);
  expect(after.instructions).toEqual([]);
  expect(after.outputs).toEqual([0]);
  expectSameMeaning(before, after);
});

const SHORTER: readonly (readonly [before: Program, after: string])[] = [
  [
    program(
      'float32[2,3]',
      '%1: float32[6] = reshape(%0) {shape=[6]}',
      '%2: float32[3,2] = reshape(%1) {shape=[3, 2]}',
    ),
    'reshape(%0) {shape=[3, 2]}',
  ],
  [
    program(
      'float32[2,3,4]',
      '%1: float32[3,4,2] = transpose(%0) {perm=[1, 2, 0]}',
      '%2: float32[4,3,2] = transpose(%1) {perm=[1, 0, 2]}',
    ),
    'transpose(%0) {perm=[2, 1, 0]}',
  ],
  [
    program(
      'float32[3]',
      '%1: float32[2,3] = broadcast(%0) {shape=[2, 3]}',
      '%2: float32[4,2,3] = broadcast(%1) {shape=[4, 2, 3]}',
    ),
    'broadcast(%0) {shape=[4, 2, 3]}',
  ],
  [program('float32[1,3,2]', '%1: float32[3,1,2] = transpose(%0) {perm=[1, 0, 2]}'), 'reshape(%0) {shape=[3, 1, 2]}'],
  [
    parse('program(%0 "x": float32[3], %1 "y": int32[2,3]) { %2: float32[2,3] = map(%0, %1) { a } return %2 }'),
    'broadcast(%0) {shape=[2, 3]}',
  ],
];

test.each(SHORTER)('%# becomes %s: one instruction, and the result is the same', (before, expected) => {
  const after = removeIdentities.run(before);
  expect(after.instructions).toHaveLength(1);
  expect(print(after)).toContain(` = ${expected}`);
  expectSameMeaning(before, after);
});

test.each([
  ['a reshape changes the shape', program('float32[2,3]', '%1: float32[6] = reshape(%0) {shape=[6]}')],
  ['a transpose of a square swaps its axes', program('float32[2,2]', '%1: float32[2,2] = transpose(%0) {perm=[1, 0]}')],
  ['a slice begins later', program('float32[3]', '%1: float32[2] = slice(%0) {begin=[1], size=[2], strides=[1]}')],
  [
    'an axis that is reversed has two elements',
    program('float32[1,2]', '%1: float32[1,2] = reverse(%0) {axes=[0, 1]}'),
  ],
  ['a cast changes the dtype', program('bool[2]', '%1: float32[2] = map(%0) { f32(a) }')],
  ['a cast rounds on the way', program('float32[2]', '%1: float32[2] = map(%0) { f32(i32(a)) }')],
  [
    'a reshape stands between two transposes',
    program(
      'float32[2,3]',
      '%1: float32[3,2] = transpose(%0) {perm=[1, 0]}',
      '%2: float32[2,3] = reshape(%1) {shape=[2, 3]}',
      '%3: float32[3,2] = transpose(%2) {perm=[1, 0]}',
    ),
  ],
])('nothing changes when %s', (_, before) => {
  expect(removeIdentities.run(before)).toBe(before);
});
