import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { UpSampling1D, upSampling1d } from './up-sampling1d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('UpSampling1D', () => {
  test.each([{ name: 'defaults', contract: { config: {}, inputShape: [2, 3, 2], outputShape: [2, 6, 2] } }] as const)(
    'keeps the layer contract: $name',
    ({ contract }) => {
      checkLayer(UpSampling1D, contract);
    },
  );

  test('repeats each element', () => {
    scope(() => {
      // each twice
      expect(
        upSampling1d({ size: 2 })
          .apply(toTensor([[[1], [2]]]))
          .arraySync(),
      ).toEqual([[[1], [1], [2], [2]]]);
    });
  });

  test.each([[{ size: 0 }, 'UpSampling1D: `size` must be a positive integer. Received: 0.']])(
    'refuses %o',
    (config, message) => {
      expect(() => upSampling1d(config as never)).toThrow(message);
    },
  );

  test('refuses inputs that do not fit', () => {
    expect(() => upSampling1d({ name: 'up' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'up' expects an input of rank 3 (with the batch axis).",
    );
  });
});
