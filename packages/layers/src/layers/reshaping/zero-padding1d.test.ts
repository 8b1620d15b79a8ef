import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { ZeroPadding1D, zeroPadding1d } from './zero-padding1d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('ZeroPadding1D', () => {
  test.each([
    { name: 'defaults', contract: { config: {}, inputShape: [2, 5, 3], outputShape: [2, 7, 3] } },
    { name: 'pairs', contract: { config: { padding: [1, 2] }, inputShape: [2, 5, 3], outputShape: [2, 8, 3] } },
    {
      name: 'channels first',
      contract: { config: { padding: 2, dataFormat: 'channelsFirst' }, inputShape: [2, 3, 5], outputShape: [2, 3, 9] },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(ZeroPadding1D, contract);
  });

  test('adds zeros', () => {
    scope(() => {
      // one before and two behind come
      expect(
        zeroPadding1d({ padding: [1, 2] })
          .apply(toTensor([[[1], [2], [3], [4]]]))
          .arraySync(),
      ).toEqual([[[0], [1], [2], [3], [4], [0], [0]]]);
    });
  });

  test.each([
    [
      { padding: 0.5 },
      'ZeroPadding1D: `padding` must be an integer of at least 0, or a list [before, after]. Received: 0.5.',
    ],
  ])('refuses %o', (config, message) => {
    expect(() => zeroPadding1d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => zeroPadding1d({ name: 'pad' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'pad' expects an input of rank 3 (with the batch axis).",
    );
  });
});
