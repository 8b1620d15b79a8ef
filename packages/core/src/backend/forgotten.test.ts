import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { memory } from '../tensor/scope.ts';
import { Variable } from '../tensor/variable.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { freeWhenForgotten } from './tfjs-bridge.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

beforeAll(startJsBackend);

/** Collects garbage until `done`, or so many times. */
async function until(done: () => boolean, times = 100): Promise<boolean> {
  for (let i = 0; i < times && !done(); i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return done();
}

test('a tensor that was forgotten is freed', async () => {
  const before = memory();
  (() => void freeWhenForgotten(tf.ones([100])))();
  expect(memory().tensors).toBe(before.tensors + 1);
  expect(await until(() => memory().tensors === before.tensors)).toBe(true);
  expect(memory().bytes).toBe(before.bytes);
});

test('a tensor that was disposed of is not freed a second time', async () => {
  const shared = tf.ones([100]);
  (() => freeWhenForgotten(tf.clone(shared)).dispose())();
  await until(() => false, 10);
  expect(memory().tensors).toBe(1);
  expect(shared.dataSync()[99]).toBe(1);
  shared.dispose();
});

test('a variable that was forgotten is freed', async () => {
  const before = memory().tensors;
  (() => void new Variable({ name: 'w', shape: [2], initializer: (shape) => tf.zeros([...shape]) }).value)();
  expect(memory().tensors).toBe(before + 1);
  expect(await until(() => memory().tensors === before)).toBe(true);
});
