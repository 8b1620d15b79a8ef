import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Cropping2D, cropping2d } from './cropping2d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Cropping2D', () => {
  test.each([
    { name: 'defaults', contract: { config: {}, inputShape: [2, 5, 4, 3], outputShape: [2, 5, 4, 3] } },
    { name: 'a number', contract: { config: { cropping: 1 }, inputShape: [2, 5, 4, 3], outputShape: [2, 3, 2, 3] } },
    {
      name: 'pairs',
      contract: { config: { cropping: [0, [1, 2]] }, inputShape: [2, 5, 4, 3], outputShape: [2, 5, 1, 3] },
    },
    {
      name: 'channels first',
      contract: {
        config: { cropping: [1, 1], dataFormat: 'channelsFirst' },
        inputShape: [2, 3, 5, 4],
        outputShape: [2, 3, 3, 2],
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(Cropping2D, contract);
  });

  test('removes the borders', () => {
    scope(() => {
      // one before and two behind go
      expect(
        cropping2d({ cropping: [0, [1, 2]] })
          .apply(ops.reshape([1, 2, 3, 4], [1, 1, 4, 1]))
          .arraySync(),
      ).toEqual([[[[2]]]]);
    });
  });

  test.each([
    [
      { cropping: -1 },
      'Cropping2D: `cropping` must be an integer of at least 0, or a list of 2 such integers or pairs [before, after]. Received: -1.',
    ],
    [{ cropping: [1, 2, 3, 4] }, 'Cropping2D: `cropping` must be'],
  ])('refuses %o', (config, message) => {
    expect(() => cropping2d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => cropping2d({ cropping: 2, name: 'crop' }).apply(ops.zeros([1, 4, 4, 1]))).toThrow(
      "Layer 'crop': nothing of an axis of length 4 is left between 2 and 2 cropped elements.",
    );
  });
});
