import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { AveragePooling3D, averagePooling3d } from './average-pooling3d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('AveragePooling3D', () => {
  test.each([
    { name: 'defaults', contract: { config: {}, inputShape: [1, 4, 3, 5, 2], outputShape: [1, 2, 1, 2, 2] } },
    {
      name: 'same, overlapping',
      contract: {
        config: { poolSize: 3, strides: 2, padding: 'same' },
        inputShape: [1, 4, 3, 5, 2],
        outputShape: [1, 2, 2, 3, 2],
      },
    },
    {
      name: 'channels first',
      contract: { config: { dataFormat: 'channelsFirst' }, inputShape: [1, 2, 4, 3, 5], outputShape: [1, 2, 2, 1, 2] },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(AveragePooling3D, contract);
  });

  test('takes the mean of each window', () => {
    scope(() => {
      // the sum of all eight is 20
      expect(
        averagePooling3d()
          .apply(ops.reshape([1, 5, 3, -2, 4, 0, 2, 7], [1, 2, 2, 2, 1]))
          .arraySync(),
      ).toEqual([[[[[2.5]]]]]);
    });
  });

  test.each([
    [{ poolSize: 0 }, 'AveragePooling3D: `poolSize` must be a positive integer or a list of 3 of them. Received: 0.'],
  ])('refuses %o', (config, message) => {
    expect(() => averagePooling3d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => averagePooling3d({ poolSize: 3, name: 'pool' }).apply(ops.zeros([1, 2, 2, 2, 1]))).toThrow(
      "Layer 'pool': a window of 3 does not fit an axis of length 2.",
    );
  });
});
