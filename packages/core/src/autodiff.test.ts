import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { gradients, valueAndGradients } from './autodiff.ts';
import { memory, scope } from './tensor/scope.ts';
import type { Tensor } from './tensor/tensor.ts';
import { Variable } from './tensor/variable.ts';
import { startJsBackend } from './testing/js-backend.ts';

beforeAll(async () => {
  await startJsBackend();
});

const variable = (name: string, values: number[]): Variable =>
  new Variable({ name, shape: [values.length], initializer: () => tf.tensor1d(values) });

test('value and gradients with respect to variables; one that is not used has none', () => {
  const [w, b, unused] = [variable('w', [2, 3]), variable('b', [1, 1]), variable('unused', [0])];
  // Σ w² + b: 4 + 1 + 9 + 1
  const { value, gradients: found } = valueAndGradients(
    () => tf.sum(tf.add(tf.square(w.value), b.value)),
    [w, b, unused],
  );
  expect(value.dataSync()[0]).toBe(15);
  expect(found.map((gradient) => gradient?.arraySync())).toEqual([[4, 6], [1, 1], undefined]);
});

test('only the value and the gradients are left', () => {
  const w = variable('w', [1, 2, 3]);
  void w.value;
  const before = memory().tensors;
  const { value, gradients: found } = valueAndGradients(() => tf.mean(tf.exp(tf.square(w.value))), [w]);
  expect(memory().tensors).toBe(before + 2);
  tf.dispose([value, found[0]!]);
  expect(memory().tensors).toBe(before);
});

test('without variables it is the value alone', () => {
  const { value, gradients: found } = valueAndGradients(() => tf.scalar(7), []);
  expect(value.dataSync()[0]).toBe(7);
  expect(found).toEqual([]);
});

test('tensors of `aux` survive and belong to the enclosing scope', () => {
  const w = variable('w', [1, 2]);
  void w.value;
  const before = memory().tensors;
  scope(() => {
    const aux: { tree?: Tensor[] } = {};
    valueAndGradients(
      () => {
        const squares = tf.square(w.value);
        aux.tree = [squares];
        return tf.sum(squares);
      },
      [w],
      aux,
    );
    expect(aux.tree![0]!.arraySync()).toEqual([1, 4]);
  });
  expect(memory().tensors).toBe(before);
});

test('a weighted gradient, and a gradient of a gradient', () => {
  const x = tf.tensor1d([1, 2]);
  const cube = (at: Tensor): Tensor => tf.mul(at, tf.square(at));
  expect(gradients(cube, [x], tf.tensor1d([10, 1]))[0]!.arraySync()).toEqual([30, 12]);
  expect(gradients((at) => gradients(cube, [at])[0]!, [x])[0]!.arraySync()).toEqual([6, 12]);
});

test('an error in the function leaves nothing behind', () => {
  const w = variable('w', [1]);
  void w.value;
  const before = memory().tensors;
  const fail = (): Tensor => {
    tf.exp(w.value);
    throw new Error('broken');
  };
  expect(() => valueAndGradients(fail, [w])).toThrow('broken');
  expect(memory().tensors).toBe(before);
  expect(gradients((at) => tf.square(at), [tf.scalar(3)])[0]!.dataSync()[0]).toBe(6);
});
