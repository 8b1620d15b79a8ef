import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import type { Program } from '../program/program.ts';
import { dropRoundings } from './drop-roundings.ts';
import { runPasses } from './run-passes.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** Instructions on `x`, which is float32[2,3]; the last value is the output. */
const program = (...instructions: string[]): Program =>
  parse(`program(%0 "x": float32[2,3]) {\n${instructions.join('\n')}\nreturn %${instructions.length}\n}`);

const ROUNDED = '%1: float32[2,3] = map(%0) { bf16(a) }';

test.each([
  ['twice', ['%2: float32[2,3] = map(%1) { bf16(a) }'], 'map(%1) { a }'],
  ['in one expression', ['%2: float32[2,3] = map(%1) { exp(bf16(bf16(a))) }'], 'map(%1) { exp(a) }'],
  [
    'after other axes',
    ['%2: float32[3,2] = transpose(%1) {perm=[1, 0]}', '%3: float32[3,2] = map(%2) { bf16(a) }'],
    'map(%2) { a }',
  ],
  ['after a choice', ['%2: float32[2,3] = map(%1) { bf16(max(neg(a), 0.5)) }'], 'map(%1) { max(neg(a), 0.5) }'],
  [
    'after a maximum of all',
    ['%2: float32[2] = reduce(%1) {kind="max", axes=[1]}', '%3: float32[2] = map(%2) { bf16(a) }'],
    'map(%2) { a }',
  ],
])('what is rounded is not rounded again: %s', (_, instructions, expected) => {
  const before = program(ROUNDED, ...instructions);
  const after = dropRoundings.run(before);
  expect(print(after)).toContain(expected);
  expectSameMeaning(before, after);
});

test.each([
  ['another format', '%2: float32[2,3] = map(%1) { f16(a) }'],
  ['what was computed since', '%2: float32[2,3] = map(%1) { bf16(add(a, a)) }'],
  ['a number that is none of the format', '%2: float32[2,3] = map(%1) { bf16(max(a, 0.1)) }'],
])('%s is rounded', (_, instruction) => {
  const before = program(ROUNDED, instruction);
  expect(dropRoundings.run(before)).toBe(before);
});

test('roundings become parts of products and maps', () => {
  const before = parse(`program(%0 "x": float32[4,8], %1 "w": float32[8,2]) {
    %2: float32[4,2] = dot(%0, %1) {transposeA=false, transposeB=false}
    %3: float32[4,2] = map(%2) { bf16(a) }
    %4: float32[4,2] = map(%3) { bf16(a) }
    %5: float32[4,2] = map(%4) { bf16(relu(a)) }
    return %5
  }`);
  const after = runPasses(before);
  expect(after.instructions.map(({ primitive }) => primitive)).toEqual(['dot']);
  expect(print(after)).toContain('epilogue=(relu(bf16(a)))');
});
