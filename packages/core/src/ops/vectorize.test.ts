import { beforeAll, expect, test } from 'vitest';
import { dispose, memory, scope } from '../tensor/scope.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import * as ops from './index.ts';

beforeAll(startJsBackend);

test('a function of scalars becomes one of tensors, which are broadcast', () => {
  scope(() => {
    const shapes: number[][] = [];
    const f = ops.vectorize((a, b) => {
      shapes.push(a.shape, b.shape);
      return ops.add(a, ops.multiply(b, 10));
    });
    expect(f([[1], [2]], [3, 4]).arraySync()).toEqual([
      [31, 41],
      [32, 42],
    ]);
    expect(shapes).toEqual(new Array(8).fill([]));
    expect(f(1, 2).arraySync()).toBe(21);
  });
});

test('a signature names the axes of one call, in arguments and results', () => {
  scope(() => {
    const apply = ops.vectorize((m, v) => ops.matmul(m, v), { signature: '(m,n),(n)->(m)' });
    expect(apply(ops.ones([5, 2, 3]), [1, 2, 3]).arraySync()).toEqual(new Array(5).fill([6, 6]));
    expect(apply(ops.ones([2, 3]), ops.ones([4, 1, 3])).shape).toEqual([4, 1, 2]);
    expect(() => apply(ops.ones([2, 3]), [1, 2])).toThrow(/axis 'n' has sizes 3 and 2/);
    expect(() => apply([1, 2], [1, 2])).toThrow(/axes \(m,n\) at the end. Received: \[2\]/);
    expect(() => ops.vectorize(ops.add, { signature: 'n->n' })).toThrow(/`signature` must be like/);
  });
});

test('several results, and arguments that are not looped over', () => {
  scope(() => {
    const f = ops.vectorize((x, all) => [x, ops.sum(ops.multiply(all, x))], { excluded: [1] });
    expect(f([1, 2], [10, 20]).map((y) => y.arraySync())).toEqual([
      [1, 2],
      [30, 60],
    ]);
  });
});

test('nothing is left behind', () => {
  const { tensors } = memory();
  dispose(ops.vectorize((x) => ops.exp(x))([1, 2]));
  expect(memory().tensors).toBe(tensors);
});
