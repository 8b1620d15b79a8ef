import { sizeOf, useBackend } from '@capas/core';
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

  it('dilates in three dimensions, for which TensorFlow has no kernel on the CPU', async () => {
    const convolve = (): Float32Array => {
      const x = tf.reshape(tf.sin(tf.range(0, 250)), [1, 5, 5, 5, 2]) as tf.Tensor5D;
      const filter = tf.reshape(tf.cos(tf.range(0, 48)), [2, 2, 2, 2, 3]) as tf.Tensor5D;
      return tf.tidy(() => tf.conv3d(x, filter, 1, 'same', 'NDHWC', [2, 1, 3]).dataSync<'float32'>());
    };
    const onTensorflow = convolve();
    await tf.setBackend('cpu');
    const onJavaScript = convolve();
    await tf.setBackend('tensorflow');
    expect(onTensorflow).toHaveLength(375);
    for (const [i, value] of onTensorflow.entries()) expect(value).toBeCloseTo(onJavaScript[i]!, 5);
  });

  it('trains a small convolutional network as the JavaScript backend does', async () => {
    const onTensorflow = losses();
    await tf.setBackend('cpu');
    const onJavaScript = losses();
    await tf.setBackend('tensorflow');
    expect(onTensorflow.at(-1)!).toBeLessThan(onTensorflow[0]! * 0.8);
    for (const [step, loss] of onTensorflow.entries()) expect(loss).toBeCloseTo(onJavaScript[step]!, 5);
  });
});

/** Ten steps of gradient descent: convolution, pooling, dense layer, cross entropy. */
function losses(): number[] {
  const wave = (shape: number[], scale: number): tf.Tensor =>
    tf.mul(tf.reshape(tf.sin(tf.mul(tf.range(0, sizeOf(shape)), 1.7)), shape), scale);
  return tf.tidy(() => {
    const x = wave([8, 8, 8, 2], 1) as tf.Tensor4D;
    const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'), 3);
    let weights = [wave([3, 3, 2, 4], 0.5), wave([4], 0.1), wave([64, 3], 0.3), wave([3], 0.1)];
    const loss = (): tf.Scalar => {
      const [kernel, bias, dense, offset] = weights as [tf.Tensor4D, tf.Tensor1D, tf.Tensor2D, tf.Tensor1D];
      const features = tf.maxPool(tf.relu(tf.add(tf.conv2d(x, kernel, 1, 'same'), bias)) as tf.Tensor4D, 2, 2, 'valid');
      const logits = tf.add(tf.matMul(tf.reshape(features, [8, 64]), dense), offset);
      return tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.log(tf.softmax(logits))), -1)));
    };
    return Array.from({ length: 10 }, () => {
      const { value, grads } = tf.engine().gradients(loss, weights) as { value: tf.Tensor; grads: tf.Tensor[] };
      weights = weights.map((weight, i) => tf.sub(weight, tf.mul(grads[i]!, 0.05)));
      return value.dataSync()[0]!;
    });
  });
}
