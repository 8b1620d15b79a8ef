import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { AdaptiveAveragePooling2D, adaptiveAveragePooling2d } from './adaptive-average-pooling2d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('AdaptiveAveragePooling2D', () => {
  test.each([
    {
      name: 'windows that share out',
      contract: { config: { outputSize: [3, 1] }, inputShape: [2, 6, 5, 2], outputShape: [2, 3, 1, 2] },
    },
    {
      name: 'windows that overlap',
      contract: { config: { outputSize: [5, 4] }, inputShape: [2, 6, 5, 2], outputShape: [2, 5, 4, 2] },
    },
    {
      name: 'more windows than elements',
      contract: { config: { outputSize: 7 }, inputShape: [2, 6, 5, 2], outputShape: [2, 7, 7, 2] },
    },
    {
      name: 'channels first',
      contract: {
        config: { outputSize: 2, dataFormat: 'channels_first' },
        inputShape: [2, 2, 6, 5],
        outputShape: [2, 2, 2, 2],
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(AdaptiveAveragePooling2D, contract);
  });

  test('neighbours overlap where the windows do not share out', () => {
    scope(() => {
      // windows 1, 5 and 5, 3
      expect(
        adaptiveAveragePooling2d({ outputSize: [1, 2] })
          .apply(ops.reshape([1, 5, 3], [1, 1, 3, 1]))
          .arraySync(),
      ).toEqual([[[[3], [4]]]]);
    });
  });

  test.each([
    [
      { outputSize: 0 },
      'AdaptiveAveragePooling2D: `outputSize` must be a positive integer or a list of 2 of them. Received: 0.',
    ],
  ])('refuses %o', (config, message) => {
    expect(() => adaptiveAveragePooling2d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => adaptiveAveragePooling2d({ outputSize: 2, name: 'pool' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'pool' expects an input of rank 4 (with the batch axis).",
    );
  });
});
