import { beforeAll, expect, test } from 'vitest';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import * as ops from './index.ts';

beforeAll(startJsBackend);

const of = (make: () => Tensor) => scope(() => make().arraySync());
const numbers = () =>
  ops.viewAsComplex([
    [3, 4],
    [-1, 0],
    [0, -2],
  ]);

test('pairs become complex numbers, and come back', () => {
  expect(scope(() => [numbers().dtype, numbers().shape])).toEqual(['complex64', [3]]);
  expect(of(() => ops.viewAsReal(numbers()))).toEqual([
    [3, 4],
    [-1, 0],
    [0, -2],
  ]);
  expect(of(() => ops.real(numbers()))).toEqual([3, -1, 0]);
  expect(of(() => ops.imag(numbers()))).toEqual([4, 0, -2]);
  expect(of(() => ops.imag(ops.conj(numbers())))).toEqual([-4, -0, 2]);
  expect(() => ops.viewAsComplex([1, 2, 3])).toThrow(/last axis of 2. Received: \[3\]/);
});

test('angles, of complex and of real numbers', () => {
  expect(of(() => ops.angle(numbers()))).toEqual([Math.atan2(4, 3), Math.PI, -Math.PI / 2].map(Math.fround));
  expect(of(() => ops.angle([2, -2, 0]))).toEqual([0, Math.fround(Math.PI), 0]);
});

test('polar coordinates and back', () => {
  scope(() => {
    const z = ops.polar([2, 1], [0.5, -2]);
    expect(z.dtype).toBe('complex64');
    const [first, second] = ops.angle(z).dataSync();
    expect(first).toBeCloseTo(0.5, 6);
    expect(second).toBeCloseTo(-2, 6);
    expect(ops.real(z).dataSync()[0]).toBeCloseTo(2 * Math.cos(0.5), 6);
    expect(ops.imag(z).dataSync()[1]).toBeCloseTo(Math.sin(-2), 6);
  });
});

test('real numbers stay what they are, integers too', () => {
  const ints = Int32Array.of(1, -2);
  expect(scope(() => [ops.real(ints).dtype, ops.conj(ints).dtype, ops.imag(ints).dtype])).toEqual([
    'int32',
    'int32',
    'int32',
  ]);
  expect(of(() => ops.viewAsReal([1, -2]))).toEqual([
    [1, 0],
    [-2, 0],
  ]);
});
