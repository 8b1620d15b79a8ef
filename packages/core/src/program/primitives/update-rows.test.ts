import { describe, expect, test } from 'vitest';
import { evaluate, float32, floats, flopsOf, int32, integers } from '../../testing/primitive-check.ts';
import { parseExpression } from '../parse.ts';
import type { HostValue } from '../primitive.ts';

const attrs = (sums: number, repeat: number, ...exprs: string[]) => ({
  size: 3,
  sums,
  repeat,
  exprs: exprs.map(parseExpression),
});

test('rows that nothing is added to see a sum of 0', () => {
  const table = float32([3, 2], [1, 2, 3, 4, 5, 6]);
  const values = float32([2, 2], [10, 20, 30, 40]);
  expect(evaluate('updateRows', [int32([2], [2, 2]), values, table], attrs(1, 1, 'add(a, b)', 'mul(b, 2)'))).toEqual([
    float32([3, 2], [1, 2, 3, 4, 45, 66]),
    float32([3, 2], [2, 4, 6, 8, 10, 12]),
  ]);
});

describe('it is scatterAdd and mapMany', () => {
  const ids = integers([12], -1, 4);
  const rate = floats([], 5);

  test.each([1, 3, 12])('where each row stands for %i ids', (repeat) => {
    const table = floats([3, 2, 2], 3);
    const values = [floats([12 / repeat, 2, 2], 1), floats([12 / repeat, 2, 2], 2)];
    const all = values.map((rows): HostValue => {
      const at = int32(
        [12],
        Array.from({ length: 12 }, (_, i) => Math.floor(i / repeat)),
      );
      return evaluate('gather', [rows, at], { axis: 0, batchDims: 0 })[0]!;
    });
    const sums = all.map((rows) => evaluate('scatterAdd', [ids, rows], { size: 3 })[0]!);
    const exprs = ['add(c, mul(a, d))', 'sub(square(b), c)', 'gt(a, 0)'];
    expect(evaluate('updateRows', [ids, ...values, table, rate], attrs(2, repeat, ...exprs))).toEqual(
      evaluate('mapMany', [...sums, table, rate], { exprs: exprs.map(parseExpression) }),
    );
  });
});

test('additions and calls cost', () => {
  const types = [int32([8], []), float32([4, 5], []), float32([3, 5], [])].map(({ type }) => type);
  expect(flopsOf('updateRows', types, attrs(1, 2, 'add(a, b)', 'neg(b)'))).toBe(8 * 5 + 2 * 15);
});

test('what does not fit is refused', () => {
  const [ids, table] = [int32([4], [0, 1, 2, 0]), float32([3, 2], [1, 2, 3, 4, 5, 6])];
  const run =
    (inputs: readonly HostValue[], ...rest: Parameters<typeof attrs>) =>
    () =>
      evaluate('updateRows', inputs, attrs(...rest));
  expect(run([ids, floats([4, 2])], 2, 1, 'a')).toThrow('updateRows: `sums` must be 1 to 1');
  expect(run([ids, floats([4, 2])], 1, 2, 'a')).toThrow('expected ids [n] and values [n / 2, ...rest]');
  expect(run([ids, floats([4, 2]), floats([4, 1])], 2, 1, 'a')).toThrow('of one shape');
  expect(run([ids, floats([4, 2]), floats([5, 3, 2])], 1, 1, 'add(a, b)')).toThrow('must broadcast to [3, 2]');
  expect(run([ids, integers([4, 2], 0, 9), table], 1, 1, 'b')).toThrow('`values` must be float32');
  expect(run([table, floats([4, 2])], 1, 1, 'a')).toThrow('`ids` must be int32');
});
