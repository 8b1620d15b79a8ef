import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { ZeroPadding2D, zeroPadding2d } from './zero-padding2d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('ZeroPadding2D', () => {
  test.each([
    { name: 'defaults', contract: { config: {}, inputShape: [2, 5, 4, 3], outputShape: [2, 7, 6, 3] } },
    {
      name: 'pairs',
      contract: { config: { padding: [0, [1, 2]] }, inputShape: [2, 5, 4, 3], outputShape: [2, 5, 7, 3] },
    },
    {
      name: 'channels first',
      contract: {
        config: { padding: 2, dataFormat: 'channelsFirst' },
        inputShape: [2, 3, 5, 4],
        outputShape: [2, 3, 9, 8],
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(ZeroPadding2D, contract);
  });

  test('adds zeros', () => {
    scope(() => {
      // one before and two behind come
      expect(
        zeroPadding2d({ padding: [0, [1, 2]] })
          .apply(ops.reshape([1, 2, 3, 4], [1, 1, 4, 1]))
          .arraySync(),
      ).toEqual([[[[0], [1], [2], [3], [4], [0], [0]]]]);
    });
  });

  test.each([
    [
      { padding: 0.5 },
      'ZeroPadding2D: `padding` must be an integer of at least 0, or a list of 2 such integers or pairs [before, after]. Received: 0.5.',
    ],
  ])('refuses %o', (config, message) => {
    expect(() => zeroPadding2d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => zeroPadding2d({ name: 'pad' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'pad' expects an input of rank 4 (with the batch axis).",
    );
  });
});
