import * as tf from '@tensorflow/tfjs-core';

import { expect, test } from 'vitest';
import { HostArray, memory, ops, random, scope, setSeed, Variable, valueAndGradients } from './index.ts';
import { startJsBackend } from './testing/js-backend.ts';

test('smoke', async () => {
  void ops;
  const b = await startJsBackend();
  expect(b.name).toBe('js');
  setSeed(1);
  const before = memory().tensors;
  const w = new Variable({ name: 'w', shape: [2, 2], initializer: (s) => random.normal(s, { seed: 3 }) });
  const { value, gradients } = valueAndGradients(() => tf.relu(tf.matMul(tf.ones([2, 2]), w.value)), [w]);
  expect(gradients[0]!.shape).toEqual([2, 2]);
  value.dispose();
  gradients[0]!.dispose();
  w.dispose();
  expect(memory().tensors).toBe(before);
  expect(
    HostArray.from([
      [1, 2],
      [3, 4],
    ])
      .slice(1)
      .toArray(),
  ).toEqual([[3, 4]]);
  expect(scope(() => random.uniform([5]).arraySync())).toHaveLength(5);
});
