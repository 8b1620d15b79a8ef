import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { GlobalMaxPooling2D, globalMaxPooling2d } from './global-max-pooling2d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('GlobalMaxPooling2D', () => {
  test.each([
    { name: 'defaults', contract: { config: {}, inputShape: [2, 3, 3, 4], outputShape: [2, 4] } },
    { name: 'keepdims', contract: { config: { keepdims: true }, inputShape: [2, 3, 3, 4], outputShape: [2, 1, 1, 4] } },
    {
      name: 'channels first',
      contract: {
        config: { dataFormat: 'channelsFirst', keepdims: true },
        inputShape: [2, 4, 3, 3],
        outputShape: [2, 4, 1, 1],
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(GlobalMaxPooling2D, contract);
  });

  test('takes the largest element of each channel', () => {
    scope(() => {
      // channels 1, 3 and 5, −2
      expect(
        globalMaxPooling2d()
          .apply(ops.reshape([1, 5, 3, -2], [1, 2, 1, 2]))
          .arraySync(),
      ).toEqual([[3, 5]]);
    });
  });

  test.each([
    [
      { dataFormat: 'nchw' },
      "GlobalMaxPooling2D: `dataFormat` must be one of 'channelsLast', 'channelsFirst'. Received: 'nchw'.",
    ],
  ])('refuses %o', (config, message) => {
    expect(() => globalMaxPooling2d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => globalMaxPooling2d({ name: 'pool' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'pool' expects an input of rank 4 (with the batch axis).",
    );
  });
});
