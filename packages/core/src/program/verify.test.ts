import { expect, test } from 'vitest';
import { parse } from './parse.ts';
import type { Program } from './program.ts';
import { ProgramError } from './program-error.ts';
import { verify } from './verify.ts';

const LEGAL = `program(%0 "x": float32[2,3]) state(%1 "w": weight float32[3] -> %4, %5 "seen": counter int32[]) {
  %2: float32[] = constant 0.5
  %3: float32[2,3] = map(%0, %1) { mul(a, b) }  # dense/Mul
  %4: float32[3] = reduce(%3) {kind="sum", axes=[0]}
  return %3, %2
}`;

test('a legal program passes', () => {
  expect(verify(parse(LEGAL))).toBeUndefined();
});

/** The legal program with one piece of its text replaced. */
function broken(piece: string, replacement: string): Program {
  expect(LEGAL).toContain(piece);
  return parse(LEGAL.replace(piece, replacement));
}

test.each([
  [
    'map(%0, %1)',
    'map(%0, %9)',
    '%9 is used before it is made.\n  %3: float32[2,3] = map(%0, %9) { mul(a, b) }  # dense/Mul',
  ],
  ['map(%0, %1)', 'map(%0, %4)', '%4 is used before it is made.\n  %3: '],
  ['%2: float32[] =', '%0: float32[] =', '%0 is made twice.\n  %0: float32[] = constant 0.5'],
  ['%4: float32[3] =', '%1: float32[3] =', '%1 is made twice.\n  %1: float32[3] = reduce(%3)'],
  ['map(', 'mapp(', "Unknown primitive: 'mapp'. Did you mean 'map'?\n  %3: float32[2,3] = mapp(%0, %1)"],
  ['%4: float32[3] =', '%4: float32[2] =', '%4 is float32[3], not float32[2].\n  %4: float32[2] = reduce'],
  ['%3: float32[2,3] =', '%3: int32[2,3] =', '%3 is float32[2,3], not int32[2,3].\n  %3: int32[2,3] = map'],
  ['%4: float32[3] =', '%4: float32[3], %8: int32[] =', 'reduce makes 1 values, not 2.'],
  ['axes=[0]', 'axes=[2]', 'reduce: `axes` must be different axes from 0 to 1. Received: [2].\n  %4: '],
  ['axes=[0]', 'axes=0', 'reduce: `axes` must be a list of integers. Received: 0.\n  %4: '],
  ['axes=[0]', 'axes=[0.5]', 'reduce: `axes` must be a list of integers.'],
  [', axes=[0]', '', 'reduce: `axes` must be a list of integers. Received: undefined.'],
  ['axes=[0]', 'axes=[0], keepDims=true', "Unknown attribute of reduce: 'keepDims'."],
  ['kind="sum"', 'kind="sums"', "reduce: `kind` must be one of 'sum', 'mean'"],
  ['reduce(%3)', 'reduce(%3, %3)', 'reduce: `inputs` must be 1 in number, without `expr`. Received: 2.'],
  ['mul(a, b)', 'mul(a, c)', 'map: the expression reads input 2, but there are 2.'],
  ['constant 0.5', 'constant [1, 2]', 'the constant has 2 elements: expected 1 or 1.\n  %2: '],
  ['return %3', 'return %7', '%7 is used before it is made.\n  return %7, %2'],
  ['-> %4', '-> %7', '%7 is used before it is made.\n  %1 "w": weight float32[3] -> %7'],
  ['-> %4', '-> %3', 'the state is float32[3] before the step and float32[2,3] after it.\n  %1 "w"'],
  ['%5 "seen"', '%5 "w"', "two states have the name 'w'."],
  ['%5 "seen"', '%1 "seen"', '%1 is made twice.'],
])('%j → %j is refused', (piece, replacement, message) => {
  const program = broken(piece, replacement);
  expect(() => verify(program)).toThrow(ProgramError);
  expect(() => verify(program)).toThrow(`Illegal program: ${message}`);
});

test('what a text cannot say is refused too', () => {
  const program = parse(LEGAL);
  const types = new Map(program.types);
  expect(() => verify({ ...program, types: new Map(types).set(99, { shape: [], dtype: 'bool' }) })).toThrow(
    '%99 has a type, but nothing makes it.',
  );
  expect(() => verify({ ...program, types: new Map([...types].filter(([id]) => id !== 3)) })).toThrow(
    '%3 has no type.\n  %3: unknown = map(%0, %1)',
  );
  expect(() => verify({ ...program, types: types.set(0, { shape: [2, -3], dtype: 'float32' }) })).toThrow(
    '%0 has no legal type: float32[2,-3].',
  );
  expect(() => verify({ ...program, constants: [{ id: 2, data: Int32Array.of(1) }] })).toThrow(ProgramError);
});

test('elements of a constant of another kind are refused', () => {
  const program = parse('program() {\n  %0: bool[2] = constant [0, 1]\n  return %0\n}');
  const withData = (data: Float32Array | Uint8Array) => ({ ...program, constants: [{ id: 0, data }] });
  expect(() => verify(withData(Float32Array.of(0, 1)))).toThrow(
    'the elements of bool lie in a Uint8Array. Received: Float32Array(2).',
  );
  expect(() => verify(withData(Uint8Array.of(0, 2)))).toThrow('the elements of bool are 0 and 1.');
});

test('an origin of two lines is refused', () => {
  const program = parse(LEGAL);
  const [first, second] = program.instructions;
  expect(() => verify({ ...program, instructions: [{ ...first!, origin: 'a\nb' }, second!] })).toThrow(
    'the origin must be one line',
  );
});

test('two inputs of one name are refused', () => {
  const program = parse('program(%0 "x": float32[], %1 "x": float32[]) {\n  return\n}');
  expect(() => verify(program)).toThrow("Illegal program: two inputs have the name 'x'.");
});
