import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { GlobalAveragePooling2D, globalAveragePooling2d } from './global-average-pooling2d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('GlobalAveragePooling2D', () => {
  test('keeps the layer contract', () => {
    const inputShape = [2, 4, 5, 3];
    checkLayer(GlobalAveragePooling2D, { config: {}, inputShape, outputShape: [2, 3] });
    checkLayer(GlobalAveragePooling2D, { config: { keepdims: true }, inputShape, outputShape: [2, 1, 1, 3] });
    checkLayer(GlobalAveragePooling2D, { config: { dataFormat: 'channels_first' }, inputShape, outputShape: [2, 4] });
  });

  test('takes the mean of each channel', () => {
    const image = [
      [
        [
          [1, 10],
          [2, 20],
        ],
        [
          [3, 30],
          [6, 60],
        ],
      ],
    ];
    // (1 + 2 + 3 + 6) / 4, ten times that
    scope(() => {
      expect(globalAveragePooling2d().apply(toTensor(image)).arraySync()).toEqual([[3, 30]]);
    });
  });

  test('refuses another rank and an unknown format', () => {
    expect(() => globalAveragePooling2d({ name: 'mean' }).apply(toTensor([[[1]]]))).toThrow(
      "Layer 'mean' expects an input of rank 4 (with the batch axis). Received: input of shape [1, 1, 1].",
    );
    expect(() => globalAveragePooling2d({ dataFormat: 'last' as 'channelsLast' })).toThrow(
      "GlobalAveragePooling2D: `dataFormat` must be one of 'channelsLast', 'channelsFirst'. Received: 'last'.",
    );
  });
});
