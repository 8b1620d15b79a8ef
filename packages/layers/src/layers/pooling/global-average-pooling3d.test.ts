import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { GlobalAveragePooling3D, globalAveragePooling3d } from './global-average-pooling3d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('GlobalAveragePooling3D', () => {
  test.each([
    { name: 'defaults', contract: { config: {}, inputShape: [2, 3, 3, 3, 4], outputShape: [2, 4] } },
    {
      name: 'keepdims',
      contract: { config: { keepdims: true }, inputShape: [2, 3, 3, 3, 4], outputShape: [2, 1, 1, 1, 4] },
    },
    {
      name: 'channels first',
      contract: {
        config: { dataFormat: 'channelsFirst', keepdims: true },
        inputShape: [2, 4, 3, 3, 3],
        outputShape: [2, 4, 1, 1, 1],
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(GlobalAveragePooling3D, contract);
  });

  test('takes the mean of each channel', () => {
    scope(() => {
      // channels 1, 3 and 5, −2
      expect(
        globalAveragePooling3d()
          .apply(ops.reshape([1, 5, 3, -2], [1, 1, 2, 1, 2]))
          .arraySync(),
      ).toEqual([[2, 1.5]]);
    });
  });

  test.each([
    [
      { dataFormat: 'nchw' },
      "GlobalAveragePooling3D: `dataFormat` must be one of 'channelsLast', 'channelsFirst'. Received: 'nchw'.",
    ],
  ])('refuses %o', (config, message) => {
    expect(() => globalAveragePooling3d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => globalAveragePooling3d({ name: 'pool' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'pool' expects an input of rank 5 (with the batch axis).",
    );
  });
});
