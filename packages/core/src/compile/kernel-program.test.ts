import { describe, expect, test } from 'vitest';
import { print } from '../program/print.ts';
import { callSignature, kernelProgram, loweredKernel, planKernel } from './kernel-program.ts';

const floats = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const;

test('a kernel becomes a program whose inputs are named as its own', () => {
  const { inputs, instructions, outputs, types } = kernelProgram(loweredKernel('Sum')!, {
    inputs: { x: floats(2, 3) },
    attrs: { axis: [1], keepDims: true },
  });
  expect(inputs.map(({ name }) => name)).toEqual(['x']);
  expect(instructions.map(({ origin }) => origin)).toEqual(instructions.map(() => 'Sum'));
  expect(types.get(outputs[0]!)).toEqual(floats(2, 1));
  expect(loweredKernel('Unique')).toBeUndefined();
});

test('the plan of a kernel is that of its program after the passes', () => {
  const { program, segments } = planKernel(loweredKernel('LogSoftmax')!, {
    inputs: { logits: floats(4, 10) },
    attrs: {},
  });
  expect(segments.map(({ kind }) => kind)).toEqual(['words']);
  expect(program.instructions.length, print(program)).toBe(1);
});

describe('the signature of a call', () => {
  const of = (x: unknown): string => callSignature({ x: floats(2) }, { x });

  test('tells all values of attributes apart', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, '1', true, 'true', null];
    const more = [undefined, [], [1], [[1]], [1, 2], ['1,2'], {}, { a: 1 }, { a: '1' }, { a: 1, b: 1 }];
    const signatures = [...values, ...more].map(of);
    expect(new Set(signatures).size).toBe(signatures.length);
    expect(of({ a: [1, { b: 'c' }] })).toBe(of({ a: [1, { b: 'c' }] }));
  });

  test('tells types of inputs apart, and those that are absent', () => {
    const x = floats(2, 3);
    const calls = [{ x }, { y: x }, { x: floats(6) }, { x: { ...x, dtype: 'bool' as const } }, { x, y: x }];
    const signatures = calls.map((inputs) => callSignature(inputs, {}));
    expect(new Set(signatures).size).toBe(signatures.length);
    expect(callSignature({ x, y: undefined }, {})).toBe(signatures[0]);
  });
});
