import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { SeparableConv1D, separableConv1d } from './separable-conv1d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('SeparableConv1D', () => {
  test.each([
    {
      name: 'valid',
      contract: {
        config: { filters: 4, kernelSize: 3 },
        inputShape: [2, 6, 3],
        outputShape: [2, 4, 4],
        weights: { depthwise_kernel: [3, 3, 1], pointwise_kernel: [1, 3, 4], bias: [4] },
      },
    },
    {
      name: 'same, strides, multiplier',
      contract: {
        config: { filters: 2, kernelSize: 3, strides: 2, padding: 'same', depthMultiplier: 2, useBias: false },
        inputShape: [2, 6, 3],
        outputShape: [2, 3, 2],
        weights: { depthwise_kernel: [3, 3, 2], pointwise_kernel: [1, 6, 2] },
      },
    },
    {
      name: 'channels first',
      contract: {
        config: { filters: 2, kernelSize: 2, dataFormat: 'channelsFirst' },
        inputShape: [2, 3, 6],
        outputShape: [2, 2, 5],
        weights: { depthwise_kernel: [2, 3, 1], pointwise_kernel: [1, 3, 2], bias: [2] },
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(SeparableConv1D, contract);
  });

  test('mixes what it made of each channel', () => {
    scope(() => {
      // channels 31 and 4200, added up
      const layer = separableConv1d({ filters: 1, kernelSize: 2 });
      const inputs = toTensor([
        [
          [1, 2],
          [3, 4],
        ],
      ]);
      layer.apply(inputs);
      layer.setWeights([
        [
          [[1], [100]],
          [[10], [1000]],
        ],
        [[[1], [1]]],
        [0.5],
      ]);
      expect(layer.apply(inputs).arraySync()).toEqual([[[4231.5]]]);
    });
  });

  test.each([[{ filters: 0, kernelSize: 2 }, 'SeparableConv1D: `filters` must be a positive integer. Received: 0.']])(
    'refuses %o',
    (config, message) => {
      expect(() => separableConv1d(config as never)).toThrow(message);
    },
  );

  test('refuses inputs that do not fit', () => {
    expect(() => separableConv1d({ filters: 1, kernelSize: 9, name: 'sep' }).apply(ops.zeros([1, 4, 1]))).toThrow(
      "Layer 'sep': a window of 9 does not fit an axis of length 4.",
    );
  });
});
