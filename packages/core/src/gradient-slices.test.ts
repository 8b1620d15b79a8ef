import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { gradients, valueAndGradients } from './autodiff.ts';
import { squareByParts } from './gradient-slices.ts';
import { memory, scope } from './tensor/scope.ts';
import { Variable } from './tensor/variable.ts';
import { startJsBackend } from './testing/js-backend.ts';

beforeAll(startJsBackend);

const table = (): Variable => new Variable({ name: 'table', shape: [3, 2], initializer: () => tf.ones([3, 2]) });

test('a row that is looked up twice: the sum of the squares of its parts', () => {
  const variable = table();
  // row 0 is looked up with weights 1 and 2, row 2 with 3; the gradient of row 0 is 3, its square by parts 1 + 4
  const [sum, squares] = scope(() => {
    const look = () =>
      tf.sum(tf.mul(tf.gather(variable.value, tf.tensor1d([0, 0, 2], 'int32')), tf.tensor2d([[1], [2], [3]])));
    const [gradient] = valueAndGradients(look, [variable]).gradients;
    return [gradient!.arraySync(), squareByParts(gradient!).arraySync()];
  });
  expect(sum).toEqual([
    [3, 3],
    [0, 0],
    [3, 3],
  ]);
  expect(squares).toEqual([
    [5, 5],
    [0, 0],
    [9, 9],
  ]);
  variable.dispose();
});

test('any other gradient: its square', () => {
  const variable = table();
  const twice = () =>
    tf.sum(
      tf.add(
        tf.gather(variable.value, tf.tensor1d([0], 'int32')),
        tf.gather(variable.value, tf.tensor1d([0], 'int32')),
      ),
    );
  const squares = scope(() => squareByParts(valueAndGradients(twice, [variable]).gradients[0]!).arraySync());
  expect(squares).toEqual([
    [4, 4],
    [0, 0],
    [0, 0],
  ]);
  variable.dispose();
});

test('nothing is left behind', () => {
  const variable = table();
  void variable.value;
  const before = memory().tensors;
  const look = (x: tf.Tensor) => tf.gather(x, tf.tensor1d([0, 1], 'int32'));
  scope(() => void valueAndGradients(() => tf.sum(look(variable.value)), [variable]));
  scope(() => void gradients((x) => look(x), [variable.value]));
  expect(memory().tensors).toBe(before);
  variable.dispose();
});
