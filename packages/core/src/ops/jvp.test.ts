import { beforeAll, expect, test } from 'vitest';
import { dispose, memory, scope } from '../tensor/scope.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import * as ops from './index.ts';

beforeAll(startJsBackend);

test('the value, and the derivative in a direction', () => {
  scope(() => {
    // x · y in the direction (1, 10): y + 10 x
    const [value, change] = ops.jvp((x, y) => ops.multiply(x, y), [[2, 3], 5], [[1, 1], 10]);
    expect([value.arraySync(), change.arraySync()]).toEqual([
      [10, 15],
      [25, 35],
    ]);
  });
});

test('functions of several results, and what they give besides', () => {
  scope(() => {
    const [value, change, aux] = ops.jvp(
      (x) => [{ square: ops.square(x), same: x, none: ops.array(7) }, 'more'],
      [3],
      [2],
      {
        hasAux: true,
      },
    );
    expect([value.square.arraySync(), value.same.arraySync(), aux]).toEqual([9, 3, 'more']);
    expect([change.square.arraySync(), change.same.arraySync(), change.none.arraySync()]).toEqual([12, 2, 0]);
  });
});

test('it agrees with the product with the Jacobian of a layer', () => {
  scope(() => {
    const w = ops.array([
      [1, 2],
      [-1, 3],
    ]);
    const layer = (x: ReturnType<typeof ops.array>) => ops.tanh(ops.matmul(x, w));
    const [, change] = ops.jvp(layer, [[[0.1, 0.2]]], [[[1, -1]]]);
    // x w = (−0.1, 0.8), v w = (2, −1)
    const [first, second] = change.dataSync();
    expect(first).toBeCloseTo(2 / Math.cosh(-0.1) ** 2, 6);
    expect(second).toBeCloseTo(-1 / Math.cosh(0.8) ** 2, 6);
  });
});

test('one tangent for each primal, of its shape; nothing is left behind', () => {
  expect(() => ops.jvp((x) => x, [1], [])).toThrow(/`tangents` must be 1 tensors/);
  expect(() => ops.jvp((x) => x, [[1, 2]], [[1]])).toThrow(/tangent 0 must have the shape of its primal, \[2\]/);
  const { tensors } = memory();
  dispose(ops.jvp((x) => ops.exp(x), [[1, 2]], [[1, 0]]));
  expect(memory().tensors).toBe(tensors);
});
