import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Conv3D, conv3d } from './conv3d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Conv3D', () => {
  test.each([
    {
      name: 'valid',
      contract: {
        config: { filters: 2, kernelSize: 2 },
        inputShape: [1, 3, 4, 3, 2],
        outputShape: [1, 2, 3, 2, 2],
        weights: { kernel: [2, 2, 2, 2, 2], bias: [2] },
      },
    },
    {
      name: 'same, strides',
      contract: {
        config: { filters: 2, kernelSize: [3, 2, 1], padding: 'same', strides: 2 },
        inputShape: [1, 3, 4, 3, 1],
        outputShape: [1, 2, 2, 2, 2],
        weights: { kernel: [3, 2, 1, 1, 2], bias: [2] },
      },
    },
    {
      name: 'channels first, groups',
      contract: {
        config: { filters: 2, kernelSize: 2, groups: 2, dataFormat: 'channelsFirst', activation: 'relu' },
        inputShape: [1, 2, 3, 3, 2],
        outputShape: [1, 2, 2, 2, 1],
        weights: { kernel: [2, 2, 2, 1, 2], bias: [2] },
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(Conv3D, contract);
  });

  test('slides the kernel through the volume', () => {
    scope(() => {
      // the plane [1 2] weighs 1, the plane [3 4] behind it 10
      const layer = conv3d({ filters: 1, kernelSize: [2, 1, 1] });
      const inputs = ops.reshape([1, 2, 3, 4], [1, 2, 1, 2, 1]);
      layer.apply(inputs);
      layer.setWeights([[[[[[1]]]], [[[[10]]]]], [0.5]]);
      expect(layer.apply(inputs).arraySync()).toEqual([[[[[31.5], [42.5]]]]]);
    });
  });

  test.each([
    [
      { filters: 1, kernelSize: [2, 2] },
      'Conv3D: `kernelSize` must be a positive integer or a list of 3 of them. Received: [2, 2].',
    ],
    [
      { filters: 1, kernelSize: 2, padding: 'causal' },
      "Conv3D: `padding` must be one of 'valid', 'same'. Received: 'causal'.",
    ],
  ])('refuses %o', (config, message) => {
    expect(() => conv3d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => conv3d({ filters: 1, kernelSize: 2, name: 'conv' }).apply(ops.zeros([1, 2, 2, 1]))).toThrow(
      "Layer 'conv' expects an input of rank 5 (with the batch axis). Received: input of shape [1, 2, 2, 1].",
    );
  });
});
