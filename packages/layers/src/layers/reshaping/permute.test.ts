import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Permute, permute } from './permute.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Permute', () => {
  test.each([
    { name: 'two axes', contract: { config: { dims: [2, 1] }, inputShape: [2, 3, 4], outputShape: [2, 4, 3] } },
    { name: 'three', contract: { config: { dims: [3, 1, 2] }, inputShape: [2, 3, 4, 5], outputShape: [2, 5, 3, 4] } },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(Permute, contract);
  });

  test('puts axes in another order', () => {
    scope(() => {
      // rows become columns
      expect(
        permute({ dims: [2, 1] })
          .apply(
            toTensor([
              [
                [1, 2],
                [3, 4],
              ],
            ]),
          )
          .arraySync(),
      ).toEqual([
        [
          [1, 3],
          [2, 4],
        ],
      ]);
    });
  });

  test.each([
    [{ dims: [0, 1] }, 'Permute: `dims` must be a list of each axis once, counted from 1. Received: [0, 1].'],
    [{ dims: [1, 1] }, 'Permute: `dims` must be'],
    [{ dims: 2 }, 'Permute: `dims` must be'],
  ])('refuses %o', (config, message) => {
    expect(() => permute(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => permute({ dims: [2, 1], name: 'turn' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'turn' expects an input of rank 3 (with the batch axis).",
    );
  });
});
