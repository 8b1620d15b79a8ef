import { expect, test } from 'vitest';
import { evaluateExpression } from './evaluate-expression.ts';
import { parseExpression } from './parse.ts';
import type { Elements } from './primitive.ts';
import type { ProgramDType } from './program.ts';

const run = (text: string, inputs: readonly [ProgramDType, Elements][], size: number, wanted?: ProgramDType) =>
  evaluateExpression(
    parseExpression(text),
    inputs.map(([dtype, data]) => ({ dtype, data })),
    size,
    wanted,
  );

test('every call rounds to float32, so a fused expression has the bits of its parts', () => {
  // 2^24 + 1 is not a float32: the sum is rounded to 2^24 before 2^24 is taken away again
  expect(run('sub(add(a, 1), a)', [['float32', Float32Array.of(2 ** 24)]], 1)).toEqual(Float32Array.of(0));
});

test('numbers are rounded to float32 as elements are', () => {
  const [tenth] = run('mul(a, 0.1)', [['float32', Float32Array.of(3)]], 1);
  expect(tenth).toBe(Math.fround(3 * Math.fround(0.1)));
});

test('int32 wraps, and its division cuts towards zero', () => {
  expect(run('add(a, 1)', [['int32', Int32Array.of(2 ** 31 - 1)]], 1)).toEqual(Int32Array.of(-(2 ** 31)));
  expect(run('div(a, 2)', [['int32', Int32Array.of(-7, 7)]], 2)).toEqual(Int32Array.of(-3, 3));
});

test('sums of bool are 1 where one is', () => {
  expect(
    run(
      'add(a, b)',
      [
        ['bool', Uint8Array.of(1, 1, 0)],
        ['bool', Uint8Array.of(1, 0, 0)],
      ],
      3,
    ),
  ).toEqual(Uint8Array.of(1, 1, 0));
});

test('one element stands for all', () => {
  const inputs: [ProgramDType, Elements][] = [
    ['bool', Uint8Array.of(1, 0, 1)],
    ['float32', Float32Array.of(5)],
    ['float32', Float32Array.of(1, 2, 3)],
  ];
  expect(run('select(a, b, c)', inputs, 3)).toEqual(Float32Array.of(5, 2, 5));
  expect(run('b', inputs, 3)).toEqual(Float32Array.of(5, 5, 5));
  expect(run('select(a, 1, -1)', inputs, 3, 'int32')).toEqual(Int32Array.of(1, -1, 1));
});

test('the result has its own storage', () => {
  const x = Float32Array.of(1, 2);
  const y = run('a', [['float32', x]], 2);
  y[0] = 9;
  expect(x).toEqual(Float32Array.of(1, 2));
});
