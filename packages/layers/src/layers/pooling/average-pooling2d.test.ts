import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { AveragePooling2D, averagePooling2d } from './average-pooling2d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('AveragePooling2D', () => {
  test.each([
    { name: 'defaults', config: {}, outputShape: [2, 2, 3, 4] },
    { name: 'same', config: { padding: 'same' }, outputShape: [2, 3, 3, 4] },
    { name: 'windows that overlap', config: { poolSize: [3, 2], strides: 1 }, outputShape: [2, 3, 5, 4] },
  ] as const)('keeps the layer contract: $name', ({ config, outputShape }) => {
    checkLayer(AveragePooling2D, { config, inputShape: [2, 5, 6, 4], outputShape });
  });

  test('keeps it with the channels first', () => {
    checkLayer(AveragePooling2D, {
      config: { dataFormat: 'channelsFirst' },
      inputShape: [2, 4, 5, 6],
      outputShape: [2, 4, 2, 3],
    });
  });

  test('takes the mean of each window', () => {
    const image = [
      [
        [[1], [2], [-3], [-4]],
        [[5], [4], [-7], [-10]],
      ],
    ];
    // (1 + 2 + 5 + 4) / 4 and -(3 + 4 + 7 + 10) / 4
    scope(() => {
      expect(averagePooling2d().apply(toTensor(image)).arraySync()).toEqual([[[[3], [-6]]]]);
    });
  });

  test('padding does not count', () => {
    const image = toTensor([[[[1], [2], [3]]]]);
    // the second window has 3 alone
    scope(() => {
      expect(averagePooling2d({ padding: 'same' }).apply(image).arraySync()).toEqual([[[[1.5], [3]]]]);
    });
  });

  test.each([
    [{ poolSize: 0 }, 'AveragePooling2D: `poolSize` must be a positive integer or a list of 2 of them. Received: 0.'],
    [
      { strides: [1, 0.5] },
      'AveragePooling2D: `strides` must be a positive integer or a list of 2 of them. Received: [1, 0.5].',
    ],
    [
      { dataFormat: 'nchw' as 'channelsFirst' },
      "AveragePooling2D: `dataFormat` must be one of 'channelsLast', 'channelsFirst'. Received: 'nchw'.",
    ],
  ])('refuses %o', (config, message) => {
    expect(() => averagePooling2d(config)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    const layer = averagePooling2d({ poolSize: 3, name: 'pool' });
    expect(() => layer.apply(toTensor([[[1]]]))).toThrow(
      "Layer 'pool' expects an input of rank 4 (with the batch axis). Received: input of shape [1, 1, 1].",
    );
    expect(() => layer.apply(toTensor([[[[1], [2]]]]))).toThrow(
      "Layer 'pool': a window of 3 does not fit an axis of length 1. Use padding 'same' or a smaller window.",
    );
  });
});
