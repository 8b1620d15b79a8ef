import { expect, test } from 'vitest';
import { expressionType } from './expression-type.ts';
import { parseExpression } from './parse.ts';
import type { ProgramDType } from './program.ts';

const typeOf = (text: string, inputs: ProgramDType[] = [], wanted?: ProgramDType) =>
  expressionType(parseExpression(text), inputs, wanted);

test('a result has the dtype of the arguments, or that of the function', () => {
  expect(typeOf('add(a, b)', ['float32', 'float32'])).toBe('float32');
  expect(typeOf('mul(a, 3)', ['int32'])).toBe('int32');
  expect(typeOf('gt(a, 0.5)', ['float32'])).toBe('bool');
  expect(typeOf('select(a, b, 0)', ['bool', 'int32'])).toBe('int32');
  expect(typeOf('exp(a)', ['int32'])).toBe('float32');
  expect(typeOf('floorDiv(a, 2)', ['float32'])).toBe('int32');
  expect(typeOf('f32(a)', ['uint8'])).toBe('float32');
  expect(typeOf('a', ['uint8'])).toBe('uint8');
});

test('numbers take the dtype beside them, then the one that is wanted, then float32', () => {
  expect(typeOf('select(a, 1, 2)', ['bool'])).toBe('float32');
  expect(typeOf('select(a, 1, 2)', ['bool'], 'int32')).toBe('int32');
  expect(typeOf('add(neg(1), a)', ['int32'])).toBe('int32');
  expect(typeOf('select(1, a, a)', ['float32'])).toBe('float32');
  expect(typeOf('i32(2.5)')).toBe('int32');
  expect(typeOf('gt(1, 2)')).toBe('bool');
});

test.each([
  ['add(a, b)', ['float32', 'int32'], 'map: b must be float32. Received: int32.'],
  ['add(a, 0.5)', ['int32'], 'map: 0.5 must be a number of int32. Received: 0.5.'],
  ['add(a, gt(a, 0))', ['float32'], 'map: gt(a, 0) must be float32. Received: bool.'],
  ['select(a, 1, 2)', ['int32'], 'map: a must be bool. Received: int32.'],
  ['select(2, a, a)', ['float32'], 'map: 2 must be a number of bool. Received: 2.'],
  ['and(a, a)', ['float32'], 'map: and(a, a) must be a function of bool. Received: float32.'],
  ['bitAnd(a, a)', ['float32'], 'map: bitAnd(a, a) must be a function of int32. Received: float32.'],
  ['add(a, a)', ['uint8'], 'map: add(a, a) must be a function of float32 or int32 or bool. Received: uint8.'],
  ['add(a)', ['float32'], 'map: add(a) must be a call with 2 arguments. Received: 1.'],
  ['b', ['float32'], 'map: the expression reads input 1, but there are 1.'],
  ['tanhh(a)', ['float32'], "Unknown scalar function: 'tanhh'. Did you mean 'tanh' or 'tan' or 'atanh'?"],
] as [string, ProgramDType[], string][])('%s of %s is refused', (text, inputs, message) => {
  expect(() => typeOf(text, inputs)).toThrow(message);
});

test('an expression of another dtype than the one that is wanted is refused', () => {
  expect(() => typeOf('a', ['float32'], 'int32')).toThrow('map: a must be int32. It is float32.');
});
