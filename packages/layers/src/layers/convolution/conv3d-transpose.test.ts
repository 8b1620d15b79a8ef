import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Conv3DTranspose, conv3dTranspose } from './conv3d-transpose.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Conv3DTranspose', () => {
  test.each([
    {
      name: 'same',
      contract: {
        config: { filters: 2, kernelSize: 3, strides: 2, padding: 'same' },
        inputShape: [1, 2, 2, 3, 2],
        outputShape: [1, 4, 4, 6, 2],
        weights: { kernel: [3, 3, 3, 2, 2], bias: [2] },
      },
    },
    {
      name: 'output padding, channels first',
      contract: {
        config: {
          filters: 2,
          kernelSize: 3,
          strides: 2,
          outputPadding: 1,
          dataFormat: 'channelsFirst',
          useBias: false,
        },
        inputShape: [1, 2, 2, 2, 3],
        outputShape: [1, 2, 6, 6, 8],
        weights: { kernel: [3, 3, 3, 2, 2] },
      },
    },
    {
      name: 'dilation',
      contract: {
        config: { filters: 2, kernelSize: 3, dilationRate: 2 },
        inputShape: [1, 2, 2, 3, 2],
        outputShape: [1, 6, 6, 7, 2],
        weights: { kernel: [3, 3, 3, 2, 2], bias: [2] },
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(Conv3DTranspose, contract);
  });

  test('each element lays down the kernel', () => {
    scope(() => {
      // each element times the kernel, two apart: 1 10 100 and 2 20 200
      const layer = conv3dTranspose({ filters: 1, kernelSize: [1, 1, 3], strides: [1, 1, 2] });
      const inputs = toTensor([[[[[1], [2]]]]]);
      layer.apply(inputs);
      layer.setWeights([[[[[[1]], [[10]], [[100]]]]], [0]]);
      expect(layer.apply(inputs).arraySync()).toEqual([[[[[1], [10], [102], [20], [200]]]]]);
    });
  });

  test.each([
    [{ filters: 0, kernelSize: 3 }, 'Conv3DTranspose: `filters` must be a positive integer. Received: 0.'],
    [
      { filters: 1, kernelSize: 3, strides: 2, outputPadding: 2 },
      'Conv3DTranspose: `outputPadding` must be less than strides. Received: 2.',
    ],
    [
      { filters: 1, kernelSize: 3, strides: 2, outputPadding: -1 },
      'Conv3DTranspose: `outputPadding` must be an integer of at least 0 or a list of 3 of them. Received: -1.',
    ],
    [
      { filters: 1, kernelSize: 3, strides: 2, dilationRate: 2 },
      'Conv3DTranspose: `strides` must be 1 where dilationRate is above 1. Received: 2.',
    ],
  ])('refuses %o', (config, message) => {
    expect(() => conv3dTranspose(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => conv3dTranspose({ filters: 1, kernelSize: 1, name: 'up' }).apply(ops.zeros([1, 1]))).toThrow(
      "Layer 'up' expects an input of rank 5 (with the batch axis).",
    );
  });
});
