import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { UpSampling2D, upSampling2d } from './up-sampling2d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('UpSampling2D', () => {
  test.each([
    { name: 'defaults', contract: { config: {}, inputShape: [2, 3, 2, 2], outputShape: [2, 6, 4, 2] } },
    {
      name: 'factors for each axis',
      contract: { config: { size: [1, 3] }, inputShape: [2, 3, 2, 2], outputShape: [2, 3, 6, 2] },
    },
    {
      name: 'channels first',
      contract: {
        config: { size: 3, dataFormat: 'channelsFirst' },
        inputShape: [2, 2, 3, 2],
        outputShape: [2, 2, 9, 6],
      },
    },
    {
      name: 'bilinear',
      contract: { config: { interpolation: 'bilinear' }, inputShape: [2, 3, 2, 2], outputShape: [2, 6, 4, 2] },
    },
    {
      name: 'bicubic',
      contract: { config: { interpolation: 'bicubic' }, inputShape: [2, 3, 2, 2], outputShape: [2, 6, 4, 2] },
    },
    {
      name: 'lanczos3',
      contract: { config: { interpolation: 'lanczos3' }, inputShape: [2, 3, 2, 2], outputShape: [2, 6, 4, 2] },
    },
    {
      name: 'lanczos5',
      contract: { config: { interpolation: 'lanczos5' }, inputShape: [2, 3, 2, 2], outputShape: [2, 6, 4, 2] },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(UpSampling2D, contract);
  });

  test('repeats each element', () => {
    scope(() => {
      // each twice
      expect(
        upSampling2d({ size: [1, 2] })
          .apply(toTensor([[[[1], [2]]]]))
          .arraySync(),
      ).toEqual([[[[1], [1], [2], [2]]]]);
    });
  });

  test('bilinear pixels lie between the old ones', () => {
    scope(() => {
      // centres at ¼, ¾, 1¼, 1¾ of pixels whose centres are at ½ and 1½
      expect(
        upSampling2d({ size: [1, 2], interpolation: 'bilinear' })
          .apply(toTensor([[[[1], [2]]]]))
          .arraySync(),
      ).toEqual([[[[1], [1.25], [1.75], [2]]]]);
    });
  });

  test.each([
    [{ size: 0 }, 'UpSampling2D: `size` must be a positive integer or a list of 2 of them. Received: 0.'],
    [
      { interpolation: 'cubic' },
      "UpSampling2D: `interpolation` must be one of 'nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5', 'area'. Received: 'cubic'.",
    ],
  ])('refuses %o', (config, message) => {
    expect(() => upSampling2d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => upSampling2d({ name: 'up' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'up' expects an input of rank 4 (with the batch axis).",
    );
  });
});
