import { expect, test } from 'vitest';
import { broadcastShapes, positiveAxis, sameShape, sizeOf } from './shape.ts';

test('sizes', () => {
  expect(sizeOf([2, 3, 4])).toBe(24);
  expect(sizeOf([])).toBe(1);
  expect(sizeOf([2, 0])).toBe(0);
});

test('a null is the same only as a null', () => {
  expect(sameShape([null, 3], [null, 3])).toBe(true);
  expect(sameShape([null, 3], [2, 3])).toBe(false);
  expect(sameShape([3], [3, 1])).toBe(false);
});

test('axes count from the start or the end', () => {
  expect(positiveAxis('f', -1, 3)).toBe(2);
  expect(positiveAxis('f', 0, 3)).toBe(0);
  expect(() => positiveAxis('Concat', 3, 3)).toThrow('Concat: axis 3 is out of range for rank 3: expected -3 … 2.');
  expect(() => positiveAxis('f', 0.5, 3)).toThrow('out of range');
});

test('shapes broadcast by NumPy’s rules', () => {
  expect(broadcastShapes('f', [2, 1, 4], [3, 1])).toEqual([2, 3, 4]);
  expect(broadcastShapes('f', [null, 1], [5])).toEqual([null, 5]);
  expect(broadcastShapes('f', [null, 3], [2, 3])).toEqual([2, 3]);
  expect(broadcastShapes('f', [], [2])).toEqual([2]);
  expect(() => broadcastShapes('Add', [2, 3], [4])).toThrow('Add: shapes [2, 3] and [4] cannot be broadcast together.');
});
