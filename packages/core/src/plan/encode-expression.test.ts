import { describe, expect, test } from 'vitest';
import { parseExpression } from '../program/parse.ts';
import type { ProgramDType } from '../program/program.ts';
import { encodeExpressions } from './encode-expression.ts';
import type { Fields } from './layouts.ts';
import { DTYPES, FUNCTIONS } from './opcodes.ts';

const encode = (texts: readonly string[], inputs: readonly ProgramDType[], wanted: readonly ProgramDType[]) =>
  encodeExpressions(
    texts.map((text) => parseExpression(text)),
    wanted,
    inputs.map((dtype) => ({ dtype })),
  );

/** `mul.float32 2 0 1`: function, dtype, where to, from where. */
const stepTexts = ({ fields }: { fields: Fields }): string[] =>
  (fields.steps as readonly Record<string, number>[]).map(({ fn, dtype, dst, a, b, c }) => {
    const name = Object.keys(FUNCTIONS)[fn!];
    return `${name}.${Object.keys(DTYPES)[dtype!]} ${[dst, a, b, c].join(' ')}`;
  });

test('parts that are equal are computed once, also in several expressions', () => {
  const code = encode(
    ['add(mul(a, b), square(mul(a, b)))', 'mul(a, b)'],
    ['float32', 'float32'],
    ['float32', 'float32'],
  );
  expect(stepTexts(code)).toEqual(['mul.float32 1 0 1 0', 'square.float32 0 1 0 0', 'add.float32 0 1 0 0']);
  expect(code.results).toEqual([0, 1]);
  expect(code.fields.nRegisters).toBe(2);
});

test('constants come first, rounded to their dtype, in registers of their own', () => {
  const code = encode(['select(gt(b, 1), add(a, 0.1), 0.1)'], ['float32', 'int32'], ['float32']);
  const tenth = new Int32Array(Float32Array.of(0.1).buffer)[0];
  const steps = stepTexts(code);
  expect(steps.slice(0, 2)).toEqual(['constant.int32 2 1 0 0', `constant.float32 3 ${tenth} 0 0`]);
  expect(steps.slice(2).every((step) => !/^\w+\.\w+ [23] /.test(step))).toBe(true);
});

test('a step has the dtype of its arguments, a choice that of its values', () => {
  const code = encode(['select(eq(a, b), i32(c), a)'], ['int32', 'int32', 'float32'], ['int32']);
  expect(
    stepTexts(code)
      .map((step) => step.split(' ')[0])
      .sort(),
  ).toEqual(['eq.int32', 'i32.float32', 'select.int32']);
});

test('-0 and 0 are two constants', () => {
  expect(stepTexts(encode(['add(mul(a, 0), -0)'], ['float32'], ['float32'])).slice(0, 2)).toEqual([
    'constant.float32 1 0 0 0',
    `constant.float32 2 ${-(2 ** 31)} 0 0`,
  ]);
});

test('inputs that are known are constants, inputs that nobody reads are not loaded', () => {
  const code = encodeExpressions(
    [parseExpression('mul(b, c)')],
    ['float32'],
    [{ dtype: 'bool' }, { dtype: 'float32', constant: 2 }, { dtype: 'float32' }],
  );
  expect(code.loaded).toEqual([2]);
  expect(stepTexts(code)).toHaveLength(2);
});

describe('registers', () => {
  test('a long sum needs no more than its inputs', () => {
    const sum = 'bcdefgh'.split('').reduce((text, name) => `add(${text}, ${name})`, 'a');
    const code = encode([sum], new Array<ProgramDType>(8).fill('float32'), ['float32']);
    expect(code.fields.nRegisters).toBe(8);
  });

  test('a balanced tree of one input needs few', () => {
    const tree = (depth: number): string =>
      depth === 0 ? 'exp(a)' : `add(sin(${tree(depth - 1)}), cos(${tree(depth - 1)}))`;
    expect(encode([tree(5)], ['float32'], ['float32']).fields.nRegisters).toBeLessThanOrEqual(3);
  });

  test('an input that is a result stays', () => {
    const code = encode(['a', 'neg(a)'], ['float32'], ['float32', 'float32']);
    expect(code.results).toEqual([0, 1]);
  });

  test('the fixed first input is loaded, even where nothing reads it', () => {
    const code = encodeExpressions(
      [parseExpression('b')],
      ['float32'],
      [{ dtype: 'float32' }, { dtype: 'float32' }],
      1,
    );
    expect(code.loaded).toEqual([0, 1]);
    expect(code.results).toEqual([1]);
  });
});
