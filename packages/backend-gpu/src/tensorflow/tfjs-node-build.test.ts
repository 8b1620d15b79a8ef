import { useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { tensorflowProvider } from './tensorflow-provider.ts';

const folder = process.env.CAPAS_TFJS_NODE_DIR ?? '';
if (!folder) {
  console.warn(
    'backend-gpu: the tensorflow backend is NOT CHECKED on a real TensorFlow. ' +
      'Build one with `node tools/tfjs-node/build.mjs` and name its folder in CAPAS_TFJS_NODE_DIR.',
  );
}

describe.skipIf(!folder)('the tensorflow backend on a real TensorFlow', () => {
  beforeAll(async () => {
    const backend = await useBackend(tensorflowProvider({ from: [folder], allowCpu: true }));
    console.info(`backend-gpu: ${backend.name}, ${backend.device}`);
  });

  it('is the active backend, and computes in TensorFlow', async () => {
    expect(tf.getBackend()).toBe('tensorflow');
    expect([...(await tf.matMul([[1, 2]], [[3], [4]]).data())]).toEqual([11]);
  });

  it('has what Node 23 took from util: topk asks for it', () => {
    expect([...tf.topk([3, 1, 2], 2).indices.dataSync()]).toEqual([0, 2]);
  });

  it('has every kernel of the JavaScript backend, the missing ones by fallback', () => {
    const names = new Set(tf.getKernelsForBackend('tensorflow').map(({ kernelName }) => kernelName));
    expect(tf.getKernelsForBackend('cpu').filter(({ kernelName }) => !names.has(kernelName))).toEqual([]);
    const counts = tf.denseBincount(tf.tensor([[1, 2, 2, 0]], [1, 4], 'int32') as tf.Tensor2D, [], 3);
    expect([...counts.dataSync()]).toEqual([1, 1, 2]);
  });

  it('keeps the tensors that another backend made', async () => {
    await tf.setBackend('cpu');
    const x = tf.tensor([1, -2, 3]);
    await tf.setBackend('tensorflow');
    expect([...tf.abs(x).dataSync()]).toEqual([1, 2, 3]);
  });

  it('frees its tensors', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => tf.sum(tf.denseBincount(tf.tensor([[1, 2]], [1, 2], 'int32') as tf.Tensor2D, [], 3)).dataSync());
    expect(tf.memory().numTensors).toBe(before);
    const data = tf.engine().findBackend('cpu').numDataIds();
    tf.tidy(() => tf.denseBincount(tf.tensor([[1, 2]], [1, 2], 'int32') as tf.Tensor2D, [], 3).dataSync());
    expect(tf.engine().findBackend('cpu').numDataIds()).toBe(data);
  });
});
