import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { AdaptiveAveragePooling1D, adaptiveAveragePooling1d } from './adaptive-average-pooling1d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('AdaptiveAveragePooling1D', () => {
  test.each([
    {
      name: 'windows that share out',
      contract: { config: { outputSize: [3] }, inputShape: [2, 6, 2], outputShape: [2, 3, 2] },
    },
    {
      name: 'windows that overlap',
      contract: { config: { outputSize: [5] }, inputShape: [2, 6, 2], outputShape: [2, 5, 2] },
    },
    {
      name: 'more windows than elements',
      contract: { config: { outputSize: 7 }, inputShape: [2, 6, 2], outputShape: [2, 7, 2] },
    },
    {
      name: 'channels first',
      contract: {
        config: { outputSize: 2, dataFormat: 'channels_first' },
        inputShape: [2, 2, 6],
        outputShape: [2, 2, 2],
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(AdaptiveAveragePooling1D, contract);
  });

  test('neighbours overlap where the windows do not share out', () => {
    scope(() => {
      // windows 1, 5 and 5, 3
      expect(
        adaptiveAveragePooling1d({ outputSize: 2 })
          .apply(toTensor([[[1], [5], [3]]]))
          .arraySync(),
      ).toEqual([[[3], [4]]]);
    });
  });

  test.each([
    [
      { outputSize: 0 },
      'AdaptiveAveragePooling1D: `outputSize` must be a positive integer or a list of 1 of them. Received: 0.',
    ],
  ])('refuses %o', (config, message) => {
    expect(() => adaptiveAveragePooling1d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => adaptiveAveragePooling1d({ outputSize: 2, name: 'pool' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'pool' expects an input of rank 3 (with the batch axis).",
    );
  });
});
