import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { planProgram } from './plan-program.ts';
import { readStream } from './read-stream.ts';

/** Whether one thread does each instruction alone. */
const isSerial = (text: string, serialBelow: number): boolean[] =>
  readStream(planProgram(parse(text), { serialBelow })).map((instruction) => instruction.isSerial);

test('slow functions count more', () => {
  const text = `program(%0 "x": float32[100]) {
    %1: float32[100] = map(%0) { neg(a) }
    %2: float32[100] = map(%0) { tanh(a) }
    return %1, %2
  }`;
  expect(isSerial(text, 201)).toEqual([true, false]);
  expect(isSerial(text, 200)).toEqual([false, false]);
});

test('products of matrices count less than their operations, their epilogues more', () => {
  const text = `program(%0 "x": float32[16,16]) {
    %1: float32[16,16] = dot(%0, %0) {transposeA=false, transposeB=false}
    %2: float32[16,16] = dot(%0, %0) {transposeA=false, transposeB=false, epilogue=(tanh(a))}
    return %1, %2
  }`;
  expect(isSerial(text, 1000)).toEqual([true, false]);
});

test('each part of an instruction for itself', () => {
  const text = `program(%0 "x": float32[100], %1 "y": float32[10]) {
    %2: float32[110] = concat(%0, %1) {axis=0}
    return %2
  }`;
  expect(isSerial(text, 50)).toEqual([false, true]);
});
