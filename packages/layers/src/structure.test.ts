import { expect, test } from 'vitest';
import { flatten, pack } from './structure.ts';

const isNumber = (value: unknown): boolean => typeof value === 'number';

test.each([
  [1, [1]],
  [
    [1, 2],
    [1, 2],
  ],
  [{ b: 1, a: 2 }, [1, 2]],
  [[], []],
])('the leaves of %o are %o', (structure, leaves) => {
  expect(flatten(structure as never, isNumber)).toEqual(leaves);
});

test.each([[1], [[1, 2]], [{ b: 1, a: 2 }]])('pack puts leaves in the form of %o', (structure) => {
  const words = flatten(structure as never, isNumber).map(String);
  const packed = pack(structure as never, words, isNumber);
  expect(JSON.stringify(packed)).toBe(JSON.stringify(structure).replaceAll(/\d/g, '"$&"'));
});
