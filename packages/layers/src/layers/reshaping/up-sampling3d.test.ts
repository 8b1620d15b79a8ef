import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { UpSampling3D, upSampling3d } from './up-sampling3d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('UpSampling3D', () => {
  test.each([
    { name: 'defaults', contract: { config: {}, inputShape: [2, 2, 1, 3, 2], outputShape: [2, 4, 2, 6, 2] } },
    {
      name: 'factors for each axis',
      contract: { config: { size: [1, 3, 2] }, inputShape: [2, 2, 1, 3, 2], outputShape: [2, 2, 3, 6, 2] },
    },
    {
      name: 'channels first',
      contract: {
        config: { size: 3, dataFormat: 'channelsFirst' },
        inputShape: [2, 2, 2, 1, 3],
        outputShape: [2, 2, 6, 3, 9],
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(UpSampling3D, contract);
  });

  test('repeats each element', () => {
    scope(() => {
      // each twice
      expect(
        upSampling3d({ size: [1, 1, 2] })
          .apply(toTensor([[[[[1], [2]]]]]))
          .arraySync(),
      ).toEqual([[[[[1], [1], [2], [2]]]]]);
    });
  });

  test.each([[{ size: 0 }, 'UpSampling3D: `size` must be a positive integer or a list of 3 of them. Received: 0.']])(
    'refuses %o',
    (config, message) => {
      expect(() => upSampling3d(config as never)).toThrow(message);
    },
  );

  test('refuses inputs that do not fit', () => {
    expect(() => upSampling3d({ name: 'up' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'up' expects an input of rank 5 (with the batch axis).",
    );
  });
});
