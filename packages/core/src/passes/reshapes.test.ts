import { expect, test } from 'vitest';
import { shapeThrough } from './reshapes.ts';

test.each([
  ['a row', [3], [2, 3], [2, 1, 3], [3]],
  ['a row of a higher rank', [1, 3], [2, 3], [2, 3, 1], [3, 1]],
  ['a column', [2, 1], [2, 3], [1, 2, 3], [2, 1]],
  ['a column under an axis more', [2, 1], [2, 3], [2, 1, 3], [2, 1, 1]],
  ['an axis less', [1, 3], [2, 1, 3], [2, 3], [3]],
  ['everything', [2, 3], [2, 3], [3, 2], [3, 2]],
  ['everything, of a lower rank', [3], [1, 3], [3, 1], [3, 1]],
  ['the last axis', [3], [2, 5, 3], [10, 3], [3]],
  ['the last axes', [1, 2, 3], [4, 5, 2, 3], [20, 6], [6]],
  ['the last axes of a lower rank', [6], [20, 6], [20, 2, 3], [2, 3]],
  ['one element', [1, 1], [2, 3], [6], []],
  ['one element that fits', [1], [2, 3], [6], [1]],
])('%s of shape %j in %j is, in %j, of shape %j', (_, shape, from, to, expected) => {
  expect(shapeThrough(shape, from, to)).toEqual(expected);
});

test.each([
  [[3], [2, 3], [6]],
  [
    [2, 1],
    [2, 3],
    [3, 2],
  ],
  [[3], [2, 3], [3, 2]],
  [
    [2, 1],
    [3, 2, 2],
    [6, 2],
  ],
])('%j in %j has no place in %j', (shape, from, to) => {
  expect(shapeThrough(shape, from, to)).toBeUndefined();
});
