import { describe, expect, test } from 'vitest';
import { evaluateExpression } from '../program/evaluate-expression.ts';
import { expressionType } from '../program/expression-type.ts';
import { parseExpression } from '../program/parse.ts';
import { allocate, type Elements } from '../program/primitive.ts';
import { printExpression } from '../program/print-expression.ts';
import type { ProgramDType } from '../program/program.ts';
import { algebraRules, simplifyExpression } from './algebra.ts';

/** Where rules break: signed zeros, NaN, infinities, subnormals, the ends of the range, and halves of the last place. */
const FLOATS = [
  0,
  1,
  2,
  0.5,
  3,
  0.1,
  1 / 3,
  1.5,
  1e-45,
  1e-40,
  1.17549435e-38,
  1e-20,
  2896.5,
  4097,
  16_777_215,
  1e19,
  1.7e38,
  3.4028235e38,
  Number.POSITIVE_INFINITY,
].flatMap((value) => [value, -value]);

const VALUES: Readonly<Record<string, readonly number[]>> = {
  float32: [...FLOATS, Number.NaN],
  int32: [0, 1, -1, 2, -7, 46_341, 2 ** 30, 2 ** 31 - 1, -(2 ** 31)],
  bool: [0, 1],
};

/** All combinations of values for the letters a, b and c; in one array a letter. */
function grid(dtypes: readonly ProgramDType[]): Elements[] {
  const rows = dtypes.reduce<number[][]>(
    (combinations, dtype) => combinations.flatMap((row) => VALUES[dtype]!.map((value) => [...row, value])),
    [[]],
  );
  return dtypes.map((dtype, letter) => {
    const data = allocate({ shape: [rows.length], dtype });
    data.set(rows.map((row) => row[letter]!));
    return data;
  });
}

/** Expressions with the same bits for all values of their letters. */
function expectSameBits(before: string, after: string, dtypes: readonly ProgramDType[]): void {
  const data = grid(dtypes);
  const inputs = dtypes.map((dtype, i) => ({ dtype, data: data[i]! }));
  const size = data[0]!.length;
  const wanted = dtypes.at(-1)!;
  const [expected, received] = [before, after].map((text) =>
    evaluateExpression(parseExpression(text), inputs, size, wanted),
  );
  const place = expected!.findIndex((element, i) => !Object.is(element, received![i]));
  const at =
    place < 0 ? '' : `${before} of ${data.map((all) => all[place])}: ${expected![place]} became ${received![place]}`;
  expect(at).toBe('');
}

const lettersIn = (text: string): number => new Set(text.match(/\b[a-c]\b/g)).size;

describe.each(algebraRules)('%s → %s', (before, after, where) => {
  const dtypes = Object.keys(VALUES).filter((dtype) => where === 'any' || where === dtype) as ProgramDType[];
  const letters = lettersIn(before);
  const typed = dtypes
    .map((dtype): readonly ProgramDType[] => {
      const isCondition = before.startsWith('select(a');
      return Array.from({ length: letters }, (_, i) => (i === 0 && isCondition ? 'bool' : dtype));
    })
    .filter((all) => isLegal(before, all));

  test('has the same bits for all values, those that break rules too', () => {
    expect(typed.length).toBeGreaterThan(0);
    for (const all of typed) expectSameBits(before, after, all);
  });

  test('fires', () => {
    for (const all of typed) expect(printExpression(simplifyExpression(parseExpression(before), all))).toBe(after);
  });
});

function isLegal(text: string, dtypes: readonly ProgramDType[]): boolean {
  try {
    return expressionType(parseExpression(text), dtypes) === dtypes.at(-1);
  } catch {
    return false;
  }
}

test.each([
  ['div(a, 32)', 'mul(a, 0.03125)'],
  ['div(a, -0.25)', 'mul(a, -4)'],
  ['div(a, 8.507059173023462e+37)', 'mul(a, 1.1754943508222875e-38)'],
])('%s → %s has the same bits', (before, after) => {
  expect(printExpression(simplifyExpression(parseExpression(before), ['float32']))).toBe(after);
  expectSameBits(before, after, ['float32']);
});

test.each([
  ['mul(mul(add(a, -0), 1), b)', 'mul(a, b)'],
  ['add(neg(a), neg(b))', 'sub(neg(a), b)'],
  ['pow(neg(neg(a)), 2)', 'square(a)'],
  ['select(1, mul(a, 1), b)', 'a'],
])('rules follow each other: %s → %s', (before, after) => {
  expect(printExpression(simplifyExpression(parseExpression(before), ['float32', 'float32']))).toBe(after);
});

test.each<[string, ...ProgramDType[]]>([
  ['mul(a, 0)', 'float32'],
  ['add(a, 0)', 'float32'],
  ['sub(a, -0)', 'float32'],
  ['sub(a, a)', 'float32'],
  ['div(a, a)', 'float32'],
  ['div(a, 3)', 'float32'],
  ['div(a, 1.7014118346046923e+38)', 'float32'],
  ['div(a, 0)', 'float32'],
  ['div(a, 2)', 'int32'],
  ['pow(a, 0.5)', 'float32'],
  ['mul(a, a)', 'int32'],
  ['max(max(a, b), a)', 'float32', 'float32'],
  ['f32(a)', 'int32'],
  ['f32(i32(a))', 'float32'],
  ['mul(f32(1), a)', 'float32'],
])('%s of %s stays', (text, ...dtypes) => {
  const expression = parseExpression(text);
  expect(simplifyExpression(expression, dtypes)).toBe(expression);
});
