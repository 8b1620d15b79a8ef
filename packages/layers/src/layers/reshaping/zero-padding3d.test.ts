import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { ZeroPadding3D, zeroPadding3d } from './zero-padding3d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('ZeroPadding3D', () => {
  test.each([
    { name: 'defaults', contract: { config: {}, inputShape: [2, 5, 4, 6, 3], outputShape: [2, 7, 6, 8, 3] } },
    {
      name: 'pairs',
      contract: { config: { padding: [0, 0, [1, 2]] }, inputShape: [2, 5, 4, 6, 3], outputShape: [2, 5, 4, 9, 3] },
    },
    {
      name: 'channels first',
      contract: {
        config: { padding: 2, dataFormat: 'channelsFirst' },
        inputShape: [2, 3, 5, 4, 6],
        outputShape: [2, 3, 9, 8, 10],
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(ZeroPadding3D, contract);
  });

  test('adds zeros', () => {
    scope(() => {
      // one before and two behind come
      expect(
        zeroPadding3d({ padding: [0, 0, [1, 2]] })
          .apply(ops.reshape([1, 2, 3, 4], [1, 1, 1, 4, 1]))
          .arraySync(),
      ).toEqual([[[[[0], [1], [2], [3], [4], [0], [0]]]]]);
    });
  });

  test.each([
    [
      { padding: 0.5 },
      'ZeroPadding3D: `padding` must be an integer of at least 0, or a list of 3 such integers or pairs [before, after]. Received: 0.5.',
    ],
  ])('refuses %o', (config, message) => {
    expect(() => zeroPadding3d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => zeroPadding3d({ name: 'pad' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'pad' expects an input of rank 5 (with the batch axis).",
    );
  });
});
