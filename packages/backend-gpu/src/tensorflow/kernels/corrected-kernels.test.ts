import { useBackend } from '@capas/core';
import { checkCase, conformanceCases } from '@capas/core/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { addedKernels, installAdded } from './added-kernels.ts';
import { installCorrections } from './corrected-kernel.ts';
import { correctedKernels } from './index.ts';

/**
 * The corrections say a call in terms of calls that every backend carries out, so the JavaScript kernels can stand in for
 * TensorFlow's here. They are made to refuse what TensorFlow's refuse, lest they do the work themselves.
 */
function refuseWhatTensorflowRefuses(): void {
  for (const { name } of correctedKernels) {
    const config = tf.getKernel(name, 'cpu');
    if (!config) continue;
    tf.unregisterKernel(name, 'cpu');
    tf.registerKernel({
      ...config,
      kernelFunc: (call) => {
        const { pad, dilations = 1 } = call.attrs as { pad?: unknown; dilations?: number | number[] };
        if (pad !== undefined && typeof pad !== 'string') throw new Error(`${name} takes no numbers as padding`);
        const isForward2d = name === 'Conv2D' || name === 'DepthwiseConv2dNative';
        if (!isForward2d && [dilations].flat().some((dilation) => dilation > 1))
          throw new Error(`${name} takes no dilation`);
        return config.kernelFunc(call);
      },
    });
  }
}

let conv3d: tf.KernelConfig;
beforeAll(async () => {
  await import('@tensorflow/tfjs-backend-cpu');
  (tf.findBackend('cpu') as unknown as { firstUse: boolean }).firstUse = false;
  await useBackend({
    name: 'js',
    probe: async () => ({ ok: true, device: 'JavaScript', reason: '' }),
    load: async () => ({ engineName: 'cpu', device: 'JavaScript' }),
  });
  conv3d = tf.getKernel('Conv3D', 'cpu');
  refuseWhatTensorflowRefuses();
  installCorrections(correctedKernels, 'cpu');
  installAdded(addedKernels, 'cpu');
});

describe('the corrected kernels', () => {
  const names = new Set([...correctedKernels, ...addedKernels].map(({ name }) => name));
  for (const one of conformanceCases.filter(({ kernel }) => names.has(kernel))) {
    it(`${one.kernel}: ${one.name}`, () => {
      expect(checkCase(one)).toBeUndefined();
    });
  }

  it('dilate in three dimensions as the JavaScript kernel does', () => {
    const x = tf.reshape(tf.sin(tf.range(0, 250)), [1, 5, 5, 5, 2]);
    const filter = tf.reshape(tf.cos(tf.range(0, 48)), [2, 2, 2, 2, 3]);
    const attrs = { strides: [1, 1, 1], pad: 'same', dataFormat: 'NDHWC', dilations: [2, 1, 3] };
    const run = (): tf.Tensor => tf.engine().runKernel('Conv3D', { x, filter }, attrs) as tf.Tensor;
    const corrected = run();
    tf.unregisterKernel('Conv3D', 'cpu');
    tf.registerKernel(conv3d);
    const plain = run();
    expect(corrected.shape).toEqual(plain.shape);
    expect(tf.max(tf.abs(tf.sub(corrected, plain))).dataSync()[0]).toBeLessThan(1e-5);
  });

  it('leave nothing behind but their result', () => {
    const x = tf.ones([1, 5, 5, 1]);
    const dy = tf.ones([1, 5, 5, 1]);
    const attrs = { strides: [1, 1], pad: 2, dataFormat: 'NHWC', dilations: [2, 2], filterShape: [3, 3, 1, 1] };
    const before = tf.memory();
    const result = tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attrs) as tf.Tensor;
    result.dispose();
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });

  it('are put in place once', () => {
    const config = tf.getKernel('Conv2D', 'cpu');
    installCorrections(correctedKernels, 'cpu');
    expect(tf.getKernel('Conv2D', 'cpu')).toBe(config);
  });
});
