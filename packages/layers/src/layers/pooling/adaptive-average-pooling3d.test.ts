import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { AdaptiveAveragePooling3D, adaptiveAveragePooling3d } from './adaptive-average-pooling3d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('AdaptiveAveragePooling3D', () => {
  test.each([
    {
      name: 'windows that share out',
      contract: { config: { outputSize: [2, 3, 1] }, inputShape: [2, 4, 3, 5, 2], outputShape: [2, 2, 3, 1, 2] },
    },
    {
      name: 'windows that overlap',
      contract: { config: { outputSize: [3, 2, 4] }, inputShape: [2, 4, 3, 5, 2], outputShape: [2, 3, 2, 4, 2] },
    },
    {
      name: 'more windows than elements',
      contract: { config: { outputSize: 7 }, inputShape: [2, 4, 3, 5, 2], outputShape: [2, 7, 7, 7, 2] },
    },
    {
      name: 'channels first',
      contract: {
        config: { outputSize: 2, dataFormat: 'channels_first' },
        inputShape: [2, 2, 4, 3, 5],
        outputShape: [2, 2, 2, 2, 2],
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(AdaptiveAveragePooling3D, contract);
  });

  test('neighbours overlap where the windows do not share out', () => {
    scope(() => {
      // windows 1, 5 and 5, 3
      expect(
        adaptiveAveragePooling3d({ outputSize: [1, 1, 2] })
          .apply(ops.reshape([1, 5, 3], [1, 1, 1, 3, 1]))
          .arraySync(),
      ).toEqual([[[[[3], [4]]]]]);
    });
  });

  test.each([
    [
      { outputSize: 0 },
      'AdaptiveAveragePooling3D: `outputSize` must be a positive integer or a list of 3 of them. Received: 0.',
    ],
  ])('refuses %o', (config, message) => {
    expect(() => adaptiveAveragePooling3d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => adaptiveAveragePooling3d({ outputSize: 2, name: 'pool' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'pool' expects an input of rank 5 (with the batch axis).",
    );
  });
});
