import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startJsBackend } from '../testing/js-backend.ts';
import { memory, scope } from './scope.ts';
import { Variable } from './variable.ts';

beforeAll(startJsBackend);

const zeros = (shape: readonly number[]) => tf.zeros([...shape]);

test('the first value is made when it is first read, once', () => {
  let made = 0;
  using variable = new Variable({
    name: 'kernel',
    path: 'dense/kernel',
    shape: [2],
    initializer: (shape) => {
      made++;
      return zeros(shape);
    },
  });
  expect([made, variable.isInitialized, variable.size]).toEqual([0, false, 2]);
  expect(variable.value.shape).toEqual([2]);
  expect(variable.value).toBe(variable.value);
  expect([made, variable.isInitialized]).toEqual([1, true]);
});

test('assign changes the value in place and leaves its argument to the caller', () => {
  using variable = new Variable({ name: 'w', shape: [2], dtype: 'int32', initializer: zeros });
  const held = variable.value;
  const before = memory().tensors;
  const next = tf.tensor1d([1.7, 2]);
  variable.assign(next);
  expect([...held.dataSync()]).toEqual([1, 2]);
  expect(next.isDisposed).toBe(false);
  next.dispose();
  expect(memory().tensors).toBe(before);
  expect([...variable.value.dataSync()]).toEqual([1, 2]);
});

test('assigned before it is read, it never runs its initializer', () => {
  using variable = new Variable({
    name: 'w',
    shape: [],
    initializer: () => {
      throw new Error('not wanted');
    },
  });
  scope(() => variable.assign(tf.scalar(3)));
  expect(variable.value.dataSync()[0]).toBe(3);
});

test('another shape is refused and the value stays', () => {
  using variable = new Variable({ name: 'w', path: 'dense/w', shape: [2], initializer: zeros });
  scope(() => {
    expect(() => variable.assign(tf.zeros([3]))).toThrow(
      "Variable 'dense/w': expected a value of shape [2]. Received: [3].",
    );
  });
  expect([...variable.value.dataSync()]).toEqual([0, 0]);
});

test('a value outlives the scope in which it was first read', () => {
  using variable = new Variable({ name: 'w', shape: [1], initializer: zeros });
  scope(() => variable.value);
  expect(variable.value.isDisposed).toBe(false);
});

test('disposed, it says so and has freed its tensor', () => {
  const before = memory().tensors;
  const variable = new Variable({ name: 'w', shape: [2], initializer: zeros });
  void variable.value;
  expect(memory().tensors).toBe(before + 1);
  variable.dispose();
  variable.dispose();
  expect(memory().tensors).toBe(before);
  expect(variable.isDisposed).toBe(true);
  expect(() => variable.value).toThrow("Variable 'w' was disposed of and cannot be used any more.");
  scope(() => {
    expect(() => variable.assign(tf.zeros([2]))).toThrow('cannot be assigned to');
  });
});

test('two variables may have one name', () => {
  using a = new Variable({ name: 'same', shape: [1], initializer: zeros });
  using b = new Variable({ name: 'same', shape: [1], initializer: (shape) => tf.ones([...shape]) });
  expect([a.value.dataSync()[0], b.value.dataSync()[0]]).toEqual([0, 1]);
});
