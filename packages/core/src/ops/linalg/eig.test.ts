import { beforeAll, expect, test } from 'vitest';
import { dispose, memory, scope } from '../../tensor/scope.ts';
import { startJsBackend } from '../../testing/js-backend.ts';
import * as ops from '../index.ts';

beforeAll(startJsBackend);

/** The largest element of `A V − V Λ`, which eigenvectors `V` make 0, and of their lengths less 1. */
function residual(a: Float32Array, n: number): readonly number[] {
  return scope(() => {
    const x = ops.reshape(a, [n, n]);
    const [values, vectors] = ops.eig(x);
    const [re, im] = [ops.real(vectors), ops.imag(vectors)];
    const [valueRe, valueIm] = [ops.real(values), ops.imag(values)];
    const off = [
      ops.subtract(ops.matmul(x, re), ops.subtract(ops.multiply(re, valueRe), ops.multiply(im, valueIm))),
      ops.subtract(ops.matmul(x, im), ops.add(ops.multiply(re, valueIm), ops.multiply(im, valueRe))),
      ops.subtract(ops.sum(ops.add(ops.square(re), ops.square(im)), { axis: 0 }), 1),
    ];
    return off.map((part) => ops.max(ops.abs(part)).dataSync()[0]!);
  });
}

test('real eigenvalues, and vectors that are real', () => {
  scope(() => {
    // of a triangle they are the diagonal
    const [values, vectors] = ops.eig([
      [2, 1],
      [0, 3],
    ]);
    expect(ops.viewAsReal(values).arraySync()).toEqual([
      [2, 0],
      [3, 0],
    ]);
    const half = Math.fround(Math.SQRT1_2);
    expect(ops.real(vectors).arraySync()).toEqual([
      [1, half],
      [0, half],
    ]);
    expect(ops.imag(vectors).arraySync()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

test('a rotation has the eigenvalues ±i', () => {
  scope(() => {
    const [values] = ops.eig([
      [0, -1],
      [1, 0],
    ]);
    expect(Array.from(ops.imag(values).dataSync()).sort()).toEqual([-1, 1]);
    expect(ops.abs(ops.real(values)).dataSync()[0]).toBeLessThan(1e-7);
  });
});

test.each([3, 8, 25])('vectors meet their definition: %i rows of any numbers', (n) => {
  const a = Float32Array.from({ length: n * n }, (_, i) => Math.sin(37.7 * i + i * i));
  for (const size of residual(a, n)) expect(size).toBeLessThan(2e-6 * n);
});

test('matrices that shifts alone do not move, equal eigenvalues, zeros', () => {
  const cycle = Float32Array.from({ length: 25 }, (_, i) => Number((Math.floor(i / 5) + 1) % 5 === i % 5));
  for (const size of residual(cycle, 5)) expect(size).toBeLessThan(1e-6);
  for (const size of residual(Float32Array.of(1, 1, 0, 1), 2)) expect(size).toBeLessThan(1e-6);
  for (const size of residual(new Float32Array(9), 3)) expect(size).toBeLessThan(1e-6);
});

test('of NaN there is NaN', () => {
  expect(scope(() => ops.real(ops.eig(ops.full([3, 3], Number.NaN))[0]).arraySync())).toEqual(
    new Array(3).fill(Number.NaN),
  );
});

test('stacks of matrices, complex ones too; nothing is left behind', () => {
  const { tensors } = memory();
  scope(() => {
    const [values, vectors] = ops.eig(ops.ones([2, 3, 4, 4]));
    expect([values.shape, vectors.shape]).toEqual([
      [2, 3, 4],
      [2, 3, 4, 4],
    ]);
    // i times the unit matrix
    const turned = ops.viewAsComplex([
      [
        [0, 1],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 1],
      ],
    ]);
    expect(ops.viewAsReal(ops.eig(turned)[0]).arraySync()).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
  dispose(ops.eig([[1]]));
  expect(memory().tensors).toBe(tensors);
  expect(() => ops.eig([[1, 2]])).toThrow(/square matrices. Received: \[1, 2\]/);
});
