import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { attachMask } from '../../masking.ts';
import { checkLayer } from '../../testing/check-layer.ts';
import { GlobalAveragePooling1D, globalAveragePooling1d } from './global-average-pooling1d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('GlobalAveragePooling1D', () => {
  test('keeps the layer contract', () => {
    checkLayer(GlobalAveragePooling1D, { config: {}, inputShape: [2, 5, 3], outputShape: [2, 3] });
    checkLayer(GlobalAveragePooling1D, { config: { keepdims: true }, inputShape: [2, 5, 3], outputShape: [2, 1, 3] });
    checkLayer(GlobalAveragePooling1D, {
      config: { dataFormat: 'channelsFirst' },
      inputShape: [2, 5, 3],
      outputShape: [2, 5],
    });
  });

  const sequence = [
    [
      [1, 10],
      [3, 20],
      [50, 60],
    ],
  ];

  test('takes the mean over the steps', () => {
    // (1 + 3 + 50) / 3, (10 + 20 + 60) / 3
    scope(() => {
      expect(globalAveragePooling1d().apply(toTensor(sequence)).arraySync()).toEqual([[18, 30]]);
    });
  });

  test('takes the mean over the steps that the mask keeps', () => {
    scope(() => {
      const x = toTensor(sequence);
      attachMask(x, toTensor([[true, true, false]]));
      // (1 + 3) / 2, (10 + 20) / 2
      expect(globalAveragePooling1d().apply(x).arraySync()).toEqual([[2, 15]]);
    });
  });

  test('refuses another rank', () => {
    expect(() => globalAveragePooling1d({ name: 'mean' }).apply(toTensor([[1]]))).toThrow(
      "Layer 'mean' expects an input of rank 3 (with the batch axis). Received: input of shape [1, 1].",
    );
  });
});
