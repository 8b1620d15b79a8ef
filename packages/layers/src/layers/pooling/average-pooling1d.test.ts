import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { AveragePooling1D, averagePooling1d } from './average-pooling1d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('AveragePooling1D', () => {
  test.each([
    { name: 'defaults', contract: { config: {}, inputShape: [2, 5, 3], outputShape: [2, 2, 3] } },
    {
      name: 'same, overlapping',
      contract: { config: { poolSize: 3, strides: 2, padding: 'same' }, inputShape: [2, 5, 3], outputShape: [2, 3, 3] },
    },
    {
      name: 'channels first',
      contract: { config: { dataFormat: 'channelsFirst' }, inputShape: [2, 3, 5], outputShape: [2, 3, 2] },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(AveragePooling1D, contract);
  });

  test('takes the mean of each window', () => {
    scope(() => {
      // (1 + 5) / 2 and (3 − 2) / 2
      expect(
        averagePooling1d()
          .apply(toTensor([[[1], [5], [3], [-2]]]))
          .arraySync(),
      ).toEqual([[[3], [0.5]]]);
    });
  });

  test.each([
    [{ poolSize: 0 }, 'AveragePooling1D: `poolSize` must be a positive integer or a list of 1 of them. Received: 0.'],
  ])('refuses %o', (config, message) => {
    expect(() => averagePooling1d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => averagePooling1d({ poolSize: 3, name: 'pool' }).apply(ops.zeros([1, 2, 1]))).toThrow(
      "Layer 'pool': a window of 3 does not fit an axis of length 2.",
    );
  });
});
