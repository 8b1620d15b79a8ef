import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradients } from '../autodiff.ts';
import { startJsBackend } from '../testing/js-backend.ts';

/** Where a derivative does not exist, Keras on TensorFlow has conventions; differences cannot check them. */

beforeAll(async () => {
  await startJsBackend();
});

/** The gradients of the sum of `fn(...xs)`, as nested lists. */
const gradientsOf = (fn: (...xs: tf.Tensor[]) => tf.Tensor, ...xs: tf.Tensor[]): unknown[] =>
  gradients(fn, xs).map((gradient) => gradient?.arraySync());

describe('equal elements', () => {
  test('share the gradient of a maximum or minimum along an axis', () => {
    const x = tf.tensor2d([
      [3, 1, 3],
      [2, 2, 2],
    ]);
    const third = Math.fround(1 / 3);
    expect(gradientsOf((at) => tf.max(at, 1), x)).toEqual([
      [
        [0.5, 0, 0.5],
        [third, third, third],
      ],
    ]);
    expect(gradientsOf((at) => tf.min(at, 1), x)).toEqual([
      [
        [0, 1, 0],
        [third, third, third],
      ],
    ]);
  });

  test('of two tensors: the first gets the gradient', () => {
    const [a, b] = [tf.tensor1d([1, 2, 3]), tf.tensor1d([1, 3, 2])];
    expect(gradientsOf(tf.maximum as typeof tf.add, a, b)).toEqual([
      [1, 0, 1],
      [0, 1, 0],
    ]);
    expect(gradientsOf(tf.minimum as typeof tf.add, a, b)).toEqual([
      [1, 1, 0],
      [0, 0, 1],
    ]);
  });

  test('in a pooling window: the first gets the gradient', () => {
    const x = tf.ones([1, 2, 2, 1]) as tf.Tensor4D;
    const [dx] = gradients((at) => tf.maxPool(at as tf.Tensor4D, 2, 2, 'valid'), [x]);
    expect([...dx!.dataSync()]).toEqual([1, 0, 0, 0]);
  });
});

test('activations at their corners', () => {
  expect(gradientsOf((x) => tf.relu(x), tf.tensor1d([-1, 0, 1]))).toEqual([[0, 0, 1]]);
  expect(gradientsOf((x) => tf.relu6(x), tf.tensor1d([0, 3, 6]))).toEqual([[0, 1, 0]]);
  expect(gradientsOf((x) => tf.abs(x), tf.tensor1d([-2, 0, 2]))).toEqual([[-1, 0, 1]]);
  expect(gradientsOf((x) => tf.leakyRelu(x, 0.25), tf.tensor1d([-1, 0, 1]))).toEqual([[0.25, 0.25, 1]]);
});

test('clipping passes the gradient at its bounds', () => {
  expect(gradientsOf((x) => tf.clipByValue(x, -1, 1), tf.tensor1d([-2, -1, 0, 1, 2]))).toEqual([[0, 1, 1, 1, 0]]);
});

test('powers of 0 and of negative numbers have no NaN', () => {
  const [a, b] = [tf.tensor1d([0, 0, -2]), tf.tensor1d([0, 2, 3])];
  expect(gradientsOf((at) => tf.pow(at, b), a)).toEqual([[0, 0, 12]]);
  const [db] = gradients((at) => tf.pow(a, at), [b]);
  expect([...db!.dataSync()].map(Math.abs)).toEqual([0, 0, 0]);
});

test('where: what is infinite on the side that was not chosen does not leak', () => {
  const x = tf.tensor1d([0, 4]);
  const root = (at: tf.Tensor): tf.Tensor => tf.where(tf.greater(at, 0), at, 1);
  expect(gradientsOf((at) => tf.sqrt(root(at)), x)).toEqual([[0, 0.25]]);
  const infinite = tf.tensor1d([Number.POSITIVE_INFINITY, 1]);
  const [dt] = gradients((t) => tf.where(tf.tensor1d([false, true], 'bool'), t, 0), [x], infinite);
  expect([...dt!.dataSync()]).toEqual([0, 1]);
});

test('step functions have the gradient 0, comparisons have none', () => {
  const x = tf.tensor1d([0.2, 1.7]);
  for (const fn of [tf.floor, tf.ceil, tf.round, tf.sign]) expect(gradientsOf((at) => fn(at), x)).toEqual([[0, 0]]);
  expect(gradientsOf((at) => tf.cast(tf.less(at, 1), 'float32'), x)).toEqual([undefined]);
});

test('looked-up rows: a row that was taken twice gets both gradients', () => {
  const table = tf.zeros([3, 2]);
  const weights = tf.tensor2d([
    [1, 2],
    [10, 20],
    [100, 200],
  ]);
  const [dx] = gradientsOf((at) => tf.mul(tf.gather(at, tf.tensor1d([2, 0, 2], 'int32')), weights), table);
  expect(dx).toEqual([
    [10, 20],
    [0, 0],
    [101, 202],
  ]);
});
