import { expect, test } from 'vitest';
import * as tree from './tree.ts';

test('lists and plain records are nested, everything else is a leaf', () => {
  expect([[], {}, [1], { a: 1 }].map(tree.isNested)).toEqual([true, true, true, true]);
  expect([null, undefined, 1, 'a', new Float32Array(2), new Map(), () => 0].some(tree.isNested)).toBe(false);
});

test('leaves come in order, records by key, and go back', () => {
  const structure = { b: [1, null], a: { y: 2, x: [[3]] } };
  expect(tree.flatten(structure)).toEqual([3, 2, 1, null]);
  expect(tree.flatten(7)).toEqual([7]);
  expect(tree.flattenWithPath(structure).map(([path]) => path)).toEqual([
    ['a', 'x', 0, 0],
    ['a', 'y'],
    ['b', 0],
    ['b', 1],
  ]);
  const packed = tree.packSequenceAs(structure, [30, 20, 10, 0]);
  expect(packed).toEqual({ b: [10, 0], a: { y: 20, x: [[30]] } });
  expect(Object.keys(packed as object)).toEqual(['b', 'a']);
  expect(() => tree.packSequenceAs(structure, [1])).toThrow(/a list of 4/);
});

test('mapStructure takes the leaves of all structures together', () => {
  expect(tree.mapStructure((a: number, b: number) => a * b, [2, { x: 3 }], [10, { x: 100 }])).toEqual([20, { x: 300 }]);
  expect(tree.mapStructure((a: number) => a + 1, 1)).toBe(2);
  expect(() => tree.mapStructure((a: number) => a, [1], [1, 2])).toThrow('differ at []: a list of 1 and a list of 2');
  expect(() => tree.mapStructure(() => 0)).toThrow(/`structures` must be one or more/);
});

test('mapStructureUpTo stops where the shallow structure has leaves', () => {
  const rows = [
    [1, 1],
    [2, 2, 2],
  ];
  expect(tree.mapStructureUpTo([null, null], (row: number[]) => row.length, rows)).toEqual([2, 3]);
  expect(tree.mapStructureUpTo([null, [null, null, null]], String, rows)).toEqual(['1,1', ['2', '2', '2']]);
  expect(() => tree.mapStructureUpTo([[null]], String, [1])).toThrow('differ at [0]: a list of 1 and a leaf');
});

test('shapes are leaves of mapShapeStructure', () => {
  const rank = (shape: readonly unknown[]) => shape.length;
  expect(tree.mapShapeStructure(rank, { a: [null, 2], b: [[1], []] })).toEqual({ a: 2, b: [1, 0] });
  expect(() => tree.mapShapeStructure(rank, ['a'])).toThrow(/made of shapes/);
});

test('traverse: parents first or last, and what is returned takes the place', () => {
  const structure = [[1, 2], [3], { a: 4 }];
  const order = (topDown: boolean) => {
    const seen: unknown[] = [];
    tree.traverse((part) => void seen.push(JSON.stringify(part)), structure, { topDown });
    return seen;
  };
  expect(order(true)).toEqual(['[[1,2],[3],{"a":4}]', '[1,2]', '1', '2', '[3]', '3', '{"a":4}', '4']);
  expect(order(false)).toEqual(['1', '2', '[1,2]', '3', '[3]', '4', '{"a":4}', '[[1,2],[3],{"a":4}]']);
  const cut = (part: unknown) =>
    Array.isArray(part) && part.length === 1 ? 'one' : part === 4 ? tree.MAP_TO_NONE : null;
  expect(tree.traverse(cut, structure)).toEqual([[1, 2], 'one', { a: null }]);
  expect(tree.traverse(cut, structure, { topDown: false })).toEqual([[1, 2], 'one', { a: null }]);
});

test('same structures, same paths', () => {
  tree.assertSameStructure([{ a: 1 }, 2], [{ a: 'x' }, null]);
  expect(() => tree.assertSameStructure([{ a: 1 }], [{ b: 1 }])).toThrow('[0]: a record {a} and a record {b}');
  expect(() => tree.assertSameStructure([1], [[1]])).toThrow('[0]: a leaf and a list of 1');
  tree.assertSamePaths([{ a: 1 }], [{ a: 2 }]);
  expect(() => tree.assertSamePaths([1, { a: 1 }], [1, { b: 1 }])).toThrow('[1,"a"], [1,"b"]');
});
