import { expect, test } from 'vitest';
import { fillRandom } from '../../random/random-kernel.ts';
import { bool, evaluate, float32, int32 } from '../../testing/primitive-check.ts';

test('iota counts along an axis', () => {
  expect(evaluate('iota', [], { shape: [2, 3], axis: 1 })[0]).toEqual(int32([2, 3], [0, 1, 2, 0, 1, 2]));
  expect(evaluate('iota', [], { shape: [2, 3], axis: 0 })[0]).toEqual(int32([2, 3], [0, 0, 0, 1, 1, 1]));
  expect(() => evaluate('iota', [], { shape: [2], axis: 1 })).toThrow('iota: `axis`');
});

test('fill', () => {
  expect(evaluate('fill', [], { shape: [2], value: 0.5, dtype: 'float32' })[0]).toEqual(float32([2], [0.5, 0.5]));
  expect(evaluate('fill', [], { shape: [], value: 1, dtype: 'bool' })[0]).toEqual(bool([], [1]));
  expect(() => evaluate('fill', [], { shape: [], value: 0.5, dtype: 'int32' })).toThrow('a number of int32');
  expect(() => evaluate('fill', [], { shape: [-1], value: 0, dtype: 'int32' })).toThrow('fill: `shape`');
});

test('oneHot; ids outside name no place', () => {
  const attrs = { depth: 3, on: 5, off: -1, dtype: 'float32' };
  expect(evaluate('oneHot', [int32([4], [2, -1, 0, 3])], attrs)[0]).toEqual(
    float32([4, 3], [-1, -1, 5, -1, -1, -1, 5, -1, -1, -1, -1, -1]),
  );
  expect(() => evaluate('oneHot', [float32([1], [0])], attrs)).toThrow('oneHot: `ids` must be int32');
});

test('random numbers are those of the random kernel', () => {
  const expected = new Float32Array(6);
  fillRandom(expected, 'normal', 42, 7);
  const state = int32([2], [42, 7]);
  expect(evaluate('random', [state], { shape: [2, 3], distribution: 'normal' })[0]).toEqual(
    float32([2, 3], [...expected]),
  );
  expect(evaluate('random', [state], { shape: [2], distribution: 'bits' })[0]!.type.dtype).toBe('int32');
  expect(() => evaluate('random', [int32([1], [0])], { shape: [2], distribution: 'uniform' })).toThrow('of shape [2]');
});
