import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { DepthwiseConv2D, depthwiseConv2d } from './depthwise-conv2d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('DepthwiseConv2D', () => {
  test.each([
    {
      name: 'valid',
      contract: {
        config: { kernelSize: 3 },
        inputShape: [2, 5, 4, 3],
        outputShape: [2, 3, 2, 3],
        weights: { kernel: [3, 3, 3, 1], bias: [3] },
      },
    },
    {
      name: 'same, strides, multiplier',
      contract: {
        config: { kernelSize: 3, strides: 2, padding: 'same', depthMultiplier: 2 },
        inputShape: [2, 5, 4, 3],
        outputShape: [2, 3, 2, 6],
        weights: { kernel: [3, 3, 3, 2], bias: [6] },
      },
    },
    {
      name: 'channels first, dilation',
      contract: {
        config: { kernelSize: 2, dilationRate: 2, dataFormat: 'channelsFirst', useBias: false, activation: 'relu' },
        inputShape: [2, 3, 5, 4],
        outputShape: [2, 3, 3, 2],
        weights: { kernel: [2, 2, 3, 1] },
      },
    },
    {
      name: 'strides and dilation',
      contract: {
        config: { kernelSize: 2, dilationRate: 2, strides: 2 },
        inputShape: [2, 5, 4, 3],
        outputShape: [2, 2, 1, 3],
        weights: { kernel: [2, 2, 3, 1], bias: [3] },
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(DepthwiseConv2D, contract);
  });

  test('each channel has filters of its own', () => {
    scope(() => {
      // the first channel 1 · 1 + 10 · 3, the second 100 · 2 + 1000 · 4 + 0.5
      const layer = depthwiseConv2d({ kernelSize: [1, 2] });
      const inputs = toTensor([
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ]);
      layer.apply(inputs);
      layer.setWeights([
        [
          [
            [[1], [100]],
            [[10], [1000]],
          ],
        ],
        [0, 0.5],
      ]);
      expect(layer.apply(inputs).arraySync()).toEqual([[[[31, 4200.5]]]]);
    });
  });

  test.each([
    [
      { kernelSize: 2, depthMultiplier: 0 },
      'DepthwiseConv2D: `depthMultiplier` must be a positive integer. Received: 0.',
    ],
  ])('refuses %o', (config, message) => {
    expect(() => depthwiseConv2d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => depthwiseConv2d({ kernelSize: 9, name: 'depth' }).apply(ops.zeros([1, 4, 4, 1]))).toThrow(
      "Layer 'depth': a window of 9 does not fit an axis of length 4.",
    );
  });
});
