import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Cropping1D, cropping1d } from './cropping1d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Cropping1D', () => {
  test.each([
    { name: 'defaults', contract: { config: {}, inputShape: [2, 5, 3], outputShape: [2, 3, 3] } },
    { name: 'a number', contract: { config: { cropping: 1 }, inputShape: [2, 5, 3], outputShape: [2, 3, 3] } },
    { name: 'pairs', contract: { config: { cropping: [1, 2] }, inputShape: [2, 5, 3], outputShape: [2, 2, 3] } },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(Cropping1D, contract);
  });

  test('removes the borders', () => {
    scope(() => {
      // one before and two behind go
      expect(
        cropping1d({ cropping: [1, 2] })
          .apply(toTensor([[[1], [2], [3], [4]]]))
          .arraySync(),
      ).toEqual([[[2]]]);
    });
  });

  test.each([
    [
      { cropping: -1 },
      'Cropping1D: `cropping` must be an integer of at least 0, or a list [before, after]. Received: -1.',
    ],
    [{ cropping: [1, 2, 3, 4] }, 'Cropping1D: `cropping` must be'],
  ])('refuses %o', (config, message) => {
    expect(() => cropping1d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => cropping1d({ cropping: 2, name: 'crop' }).apply(ops.zeros([1, 4, 1]))).toThrow(
      "Layer 'crop': nothing of an axis of length 4 is left between 2 and 2 cropped elements.",
    );
  });
});
