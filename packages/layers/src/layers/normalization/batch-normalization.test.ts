import { cpu } from '@capas/backend-cpu';
import { memory, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { BatchNormalization, batchNormalization } from './batch-normalization.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const x = [
  [1, 0],
  [3, 4],
];

describe('BatchNormalization', () => {
  test.each([
    { inputShape: [4, 3], size: 3, axis: -1 },
    { inputShape: [4, 2, 5, 3], size: 3, axis: -1 },
    { inputShape: [4, 2, 5], size: 2, axis: 1 },
  ])('keeps the layer contract: $inputShape, axis $axis', ({ inputShape, size, axis }) => {
    checkLayer(BatchNormalization, {
      config: { axis },
      inputShape,
      outputShape: inputShape,
      weights: { gamma: [size], beta: [size], moving_mean: [size], moving_variance: [size] },
      fixedWeights: ['moving_mean', 'moving_variance'],
    });
  });

  test('keeps it without scale and center, and with renormalization', () => {
    checkLayer(BatchNormalization, {
      config: { scale: false, center: false },
      inputShape: [4, 3],
      outputShape: [4, 3],
      weights: { moving_mean: [3], moving_variance: [3] },
      fixedWeights: ['moving_mean', 'moving_variance'],
    });
    const moving = { moving_mean: [3], moving_variance: [3], moving_stddev: [3], renorm_mean: [3], renorm_stddev: [3] };
    checkLayer(BatchNormalization, {
      config: { renorm: true },
      inputShape: [4, 3],
      outputShape: [4, 3],
      weights: { gamma: [3], beta: [3], ...moving },
      fixedWeights: Object.keys(moving),
    });
  });

  test('while training, normalizes by the batch and moves the statistics', () => {
    const layer = batchNormalization({ epsilon: 0, momentum: 0.9 });
    scope(() => {
      // means 2 and 2, variances 1 and 4
      expect(layer.apply(toTensor(x), { training: true }).arraySync()).toEqual([
        [-1, -1],
        [1, 1],
      ]);
      // 0.9 · 0 + 0.1 · 2; 0.9 · 1 + 0.1 · [1, 4]
      expect([...layer.movingMean.value.dataSync()]).toEqual([expect.closeTo(0.2, 6), expect.closeTo(0.2, 6)]);
      expect([...layer.movingVariance.value.dataSync()]).toEqual([expect.closeTo(1, 6), expect.closeTo(1.3, 6)]);
    });
  });

  test('otherwise normalizes by the moving statistics and leaves them', () => {
    const layer = batchNormalization({ epsilon: 0 });
    scope(() => {
      layer.apply(toTensor(x));
      layer.setWeights([
        [2, 1],
        [0, 5],
        [1, 2],
        [4, 1],
      ]);
      // 2 · (1 − 1) / 2 + 0, 1 · (0 − 2) / 1 + 5
      expect(layer.apply(toTensor(x)).arraySync()).toEqual([
        [0, 3],
        [2, 7],
      ]);
      expect([...layer.movingMean.value.dataSync()]).toEqual([1, 2]);
    });
  });

  test('frozen, it is in inference mode also while training', () => {
    const layer = batchNormalization({ epsilon: 0 });
    layer.trainable = false;
    scope(() => {
      expect(layer.apply(toTensor(x), { training: true }).arraySync()).toEqual(x);
      expect([...layer.movingMean.value.dataSync()]).toEqual([0, 0]);
    });
  });

  test('dispose frees all', () => {
    const { tensors } = memory();
    const layer = batchNormalization({ renorm: true });
    const input = toTensor(x);
    scope(() => void layer.apply(input, { training: true }));
    input.dispose();
    layer.dispose();
    expect(memory().tensors).toBe(tensors);
  });

  test.each([
    [{ momentum: 1.5 }, 'BatchNormalization: `momentum` must be a number from 0 to 1. Received: 1.5.'],
    [{ axis: 0.5 }, 'BatchNormalization: `axis` must be an integer. Received: 0.5.'],
  ])('refuses %o', (config, message) => {
    expect(() => batchNormalization(config)).toThrow(message);
  });

  test('refuses an axis that is not there, and another number of features', () => {
    expect(() => batchNormalization({ axis: 3, name: 'norm' }).apply(toTensor(x))).toThrow(
      "Layer 'norm': axis 3 is out of range for rank 2: expected -2 … 1.",
    );
    const layer = batchNormalization({ name: 'two' });
    layer.ensureBuilt([null, 2]);
    expect(() => layer.apply(toTensor([[1, 2, 3]]))).toThrow(
      "Layer 'two' expects an input whose axis 1 has size 2. Received: input of shape [1, 3].",
    );
  });
});
