import { expect, test } from 'vitest';
import { parse, parseExpression } from './parse.ts';
import { ProgramError } from './program-error.ts';

test('spaces and line ends do not matter, the end of an origin does', () => {
  const program = parse('program(%0"x":float32[2]){%1:float32[2]=reverse(%0){axes=[0]}# a (b) {c}\n\n return %1}');
  expect(program.instructions).toEqual([
    { primitive: 'reverse', inputs: [0], attrs: { axes: [0] }, outputs: [1], origin: 'a (b) {c}' },
  ]);
});

test.each([
  ['program(%0 "x": float64[2]) {\n}', 'Line 1, column 17: expected one of float32, int32, bool, uint8.'],
  ['program() {\n  %0: float32[] = \n  %1: int32[] = iota()\n}', 'Line 3, column 3: expected the name of a primitive.'],
  ['program() {\n  %0: float32[ = iota()\n  return %0\n}', 'Line 2, column 16: expected an integer of at least 0.'],
  ['program() {\n  %0: float32[] = fill() {shape=}\n}', 'Line 2, column 33: expected a string in double quotes.'],
  ['program() {\n  return\n} more', 'Line 3, column 3: expected the end.'],
  ['program() state(%0 "w": thing float32[]) {\n  return\n}', 'Line 1, column 25: expected a kind of state.'],
])('%j is refused, with the place', (text, message) => {
  expect(() => parse(text)).toThrow(ProgramError);
  expect(() => parse(text)).toThrow(message);
});

test('the message shows the line and points at the place', () => {
  expect(() => parseExpression('add(a, 1')).toThrow("Line 1, column 9: expected ')'.\n  add(a, 1\n          ^");
  expect(() => parseExpression('add(a, bb)')).toThrow("instead of 'bb'");
});
