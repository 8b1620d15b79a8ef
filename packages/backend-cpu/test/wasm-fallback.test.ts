import { useBackend } from '@capas/core';
import { kernelsMissingOn } from '@capas/core/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { cpu } from '../src/index.ts';

describe('kernels that WASM lacks', () => {
  beforeAll(async () => {
    await useBackend(cpu({ prefer: ['js'] }));
    await useBackend(cpu({ prefer: ['wasm'] }));
  });

  it('run in JavaScript, which is said once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    for (let i = 0; i < 3; i++) {
      const tensors = tf.memory().numTensors;
      const [splits, values] = tf
        .engine()
        .runKernel(
          'RaggedRange',
          { starts: tf.tensor1d([0, 5]), limits: tf.tensor1d([2, 8]), deltas: tf.tensor1d([1, 1]) },
          {},
        ) as unknown as tf.Tensor[];
      expect(Array.from(splits!.dataSync())).toEqual([0, 2, 5]);
      expect(Array.from(values!.dataSync())).toEqual([0, 1, 5, 6, 7]);
      expect(tf.memory().numTensors).toBe(tensors + 5);
    }
    expect(warn.mock.calls).toEqual([
      ["capas: the wasm backend has no kernel 'RaggedRange': it runs on 'cpu', which is slower."],
    ]);
    warn.mockRestore();
  });

  it('are none of those that Capas uses', () => {
    expect(kernelsMissingOn('wasm')).toEqual([]);
    expect(kernelsMissingOn('cpu')).toEqual([]);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    tf.engine().runKernel(
      'UnsortedSegmentSum',
      { x: tf.ones([2]), segmentIds: tf.zeros([2], 'int32') },
      { numSegments: 1 },
    );
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
