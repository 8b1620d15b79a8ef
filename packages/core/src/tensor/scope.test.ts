import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startJsBackend } from '../testing/js-backend.ts';
import { dispose, keep, memory, scope } from './scope.ts';

beforeAll(startJsBackend);

test('a scope frees what it made but what it returns', () => {
  const before = memory().tensors;
  const result = scope(() => {
    const x = tf.ones([2]);
    return { a: tf.add(x, 1), list: [tf.mul(x, 2)], n: 3 };
  });
  expect(memory().tensors).toBe(before + 2);
  dispose(result);
  expect(memory().tensors).toBe(before);
});

test('what is kept outlives the scope', () => {
  const before = memory().tensors;
  const kept = scope(() => {
    keep(tf.ones([2])).dispose();
    const tensor = keep(tf.ones([3]));
    return [tensor.id, () => tensor] as const;
  })[1]();
  expect(memory().tensors).toBe(before + 1);
  expect(kept.isDisposed).toBe(false);
  kept.dispose();
});

test('a scope frees its tensors when it throws', () => {
  const before = memory().tensors;
  expect(() =>
    scope(() => {
      tf.ones([2]);
      throw new Error('stop');
    }),
  ).toThrow('stop');
  expect(memory().tensors).toBe(before);
});

test('views share a buffer', () => {
  const before = memory();
  const x = tf.ones([2, 3]);
  const view = tf.reshape(x, [6]);
  expect(memory().tensors - before.tensors).toBe(2);
  expect(memory().buffers - before.buffers).toBe(1);
  dispose([x, view]);
  expect(memory()).toEqual(before);
});
