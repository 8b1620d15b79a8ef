import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, expectTypeOf, test } from 'vitest';
import { ArgumentError } from '../errors.ts';
import { dispose, memory } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import * as ops from './index.ts';

beforeAll(async () => {
  await startJsBackend();
});

const valuesOf = (x: Tensor): number[] => [...x.dataSync()];
const rows = (): Tensor =>
  tf.tensor2d([
    [1, 10],
    [2, 20],
    [3, 30],
  ]);

test('carries a tensor from step to step and stacks what the steps give', () => {
  const [last, all] = ops.scan((sum, x) => [ops.add(sum, x), ops.multiply(sum, 2)], [0, 1], rows());
  expect(valuesOf(last)).toEqual([6, 61]);
  expect(all.shape).toEqual([3, 2]);
  expect(valuesOf(all)).toEqual([0, 2, 2, 22, 6, 62]);
});

test('in reverse the outputs stand at their own steps', () => {
  const [last, all] = ops.scan((sum, x) => [ops.add(sum, x), sum], [0, 0], rows(), { reverse: true });
  expect(valuesOf(last)).toEqual([6, 60]);
  expect(valuesOf(all)).toEqual([5, 50, 3, 30, 0, 0]);
});

test('the carry, the steps and the outputs may be lists and records', () => {
  const xs = { a: rows(), b: [tf.tensor1d([1, 2, 3])] } as const;
  const [carry, outputs] = ops.scan(
    ({ h, c: [c] }, { a, b: [b] }) => {
      expectTypeOf(h).toEqualTypeOf<Tensor>();
      expectTypeOf(c).toEqualTypeOf<Tensor>();
      expectTypeOf(a).toEqualTypeOf<Tensor>();
      expectTypeOf(b).toEqualTypeOf<Tensor>();
      return [{ c: [ops.add(c, b)], h: ops.add(h, a) }, [b, { sum: ops.add(h, b) }, null]];
    },
    { h: [0, 0], c: [tf.scalar(0)] },
    xs,
  );
  expect(valuesOf(carry.h)).toEqual([6, 60]);
  expect(valuesOf(carry.c[0])).toEqual([6]);
  expect(valuesOf(outputs[0])).toEqual([1, 2, 3]);
  expect(valuesOf(outputs[1].sum)).toEqual([1, 1, 3, 12, 6, 33]);
  expect(outputs[2]).toBe(null);
});

test('without xs as many steps as `length` says, with xs at most', () => {
  const [last, all] = ops.scan((n) => [ops.add(n, 1), n], 0, null, { length: 4 });
  expect([valuesOf(last), valuesOf(all)]).toEqual([[4], [0, 1, 2, 3]]);
  const [first] = ops.scan((sum, x) => [ops.add(sum, x), null], [0, 0], rows(), { length: 2 });
  expect(valuesOf(first)).toEqual([3, 30]);
});

test('without steps the carry stays and the outputs are empty, of the shapes that they would have', () => {
  const init = tf.tensor1d([1, 2]);
  const [last, outputs] = ops.scan((sum, x) => [ops.add(sum, x), [ops.sum(x), x]], init, tf.zeros([0, 2]));
  expect(valuesOf(last)).toEqual([1, 2]);
  expect(outputs.map(({ shape, dtype }) => [shape, dtype])).toEqual([
    [[0], 'float32'],
    [[0, 2], 'float32'],
  ]);
  expect(last).not.toBe(init);
});

test('nothing but the results is left, and nothing given is freed', () => {
  const [init, xs, other] = [tf.tensor1d([0, 0]), rows(), tf.tensor1d([1, 1])];
  const before = memory().tensors;
  const results = ops.scan((sum, x) => [ops.add(ops.multiply(sum, other), x), [sum, other]], init, xs);
  expect(memory().tensors).toBe(before + 3);
  dispose(results);
  expect(memory().tensors).toBe(before);
  expect([init, xs, other].map(({ isDisposed }) => isDisposed)).toEqual([false, false, false]);
});

test.each([
  [() => ops.scan((n) => [n, n], 0), 'ops.scan: `length` must be given where there is no `xs`. Received: undefined.'],
  [
    () => ops.scan((n) => [n, n], 0, rows(), { length: 4 }),
    '`length` must be at most 3, the steps in `xs`. Received: 4.',
  ],
  [() => ops.scan((n) => [n, n], 0, null, { length: -1 }), '`length` must be an integer of at least 0. Received: -1.'],
  [
    () => ops.scan((n) => [n, n], 0, [rows(), tf.zeros([2])]),
    '`xs` must be of tensors with as many steps each. Received: [3, 2].',
  ],
  [() => ops.scan((n) => [n, n], 0, 5), '`xs` must be of tensors with a first axis, the steps.'],
  [
    () => ops.scan((n, x) => [x, n], 0, rows()),
    "`f` must be a function that keeps the carry float32 []. Received: 'float32 [2]'.",
  ],
  [
    () => ops.scan((n) => [[n, n], n], 0, rows()),
    "`f` must be a function that returns a carry of the form leaf. Received: '[leaf, leaf]'.",
  ],
])('what does not fit is refused: %#', (run, message) => {
  expect(run).toThrow(ArgumentError);
  expect(run).toThrow(message);
});
