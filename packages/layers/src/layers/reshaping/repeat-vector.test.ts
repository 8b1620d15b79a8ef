import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { RepeatVector, repeatVector } from './repeat-vector.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('RepeatVector', () => {
  test.each([
    { name: 'three times', contract: { config: { n: 3 }, inputShape: [2, 4], outputShape: [2, 3, 4] } },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(RepeatVector, contract);
  });

  test('repeats vectors', () => {
    scope(() => {
      // the vector of each sample, twice
      expect(
        repeatVector({ n: 2 })
          .apply(
            toTensor([
              [1, 2],
              [3, 4],
            ]),
          )
          .arraySync(),
      ).toEqual([
        [
          [1, 2],
          [1, 2],
        ],
        [
          [3, 4],
          [3, 4],
        ],
      ]);
    });
  });

  test.each([
    [{ n: 0 }, 'RepeatVector: `n` must be a positive integer. Received: 0.'],
    [{ n: 1.5 }, 'RepeatVector: `n` must be'],
  ])('refuses %o', (config, message) => {
    expect(() => repeatVector(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => repeatVector({ n: 2, name: 'again' }).apply(ops.zeros([1, 1, 1]))).toThrow(
      "Layer 'again' expects an input of rank 2 (with the batch axis).",
    );
  });
});
