import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Conv2D, conv2d } from './conv2d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Conv2D', () => {
  test.each([
    { name: 'valid', config: {}, outputShape: [2, 3, 4, 2] },
    { name: 'same', config: { padding: 'same' }, outputShape: [2, 5, 6, 2] },
    { name: 'strides', config: { strides: 2, padding: 'same' }, outputShape: [2, 3, 3, 2] },
    { name: 'dilation', config: { dilationRate: [2, 1] }, outputShape: [2, 1, 4, 2] },
  ] as const)('keeps the layer contract: $name', ({ config, outputShape }) => {
    checkLayer(Conv2D, {
      config: { filters: 2, kernelSize: 3, ...config },
      inputShape: [2, 5, 6, 4],
      outputShape,
      weights: { kernel: [3, 3, 4, 2], bias: [2] },
    });
  });

  test('keeps it with groups, a kernel that is not square, and no bias', () => {
    checkLayer(Conv2D, {
      config: { filters: 4, kernelSize: [2, 3], groups: 2, useBias: false, activation: 'relu' },
      inputShape: [2, 5, 6, 4],
      outputShape: [2, 4, 4, 4],
      weights: { kernel: [2, 3, 2, 4] },
    });
  });

  test('keeps it with the channels first', () => {
    checkLayer(Conv2D, {
      config: { filters: 2, kernelSize: 3, dataFormat: 'channelsFirst' },
      inputShape: [2, 4, 5, 6],
      outputShape: [2, 2, 3, 4],
      weights: { kernel: [3, 3, 4, 2], bias: [2] },
    });
  });

  test('keeps it with a kernel of which a sum of low rank is trained', () => {
    checkLayer(Conv2D, {
      config: { filters: 3, kernelSize: 2, loraRank: 2, loraAlpha: 4 },
      inputShape: [2, 3, 3, 2],
      outputShape: [2, 2, 2, 3],
      weights: { kernel: [2, 2, 2, 3], bias: [3], lora_kernel_a: [2, 2, 2, 2], lora_kernel_b: [2, 3] },
      fixedWeights: ['kernel'],
    });
    expect(() => conv2d({ filters: 3, kernelSize: 2, loraRank: 0 })).toThrow(
      'Conv2D: `loraRank` must be a positive integer. Received: 0.',
    );
    expect(() => conv2d({ filters: 3, kernelSize: 2, loraRank: 1, kernelConstraint: 'nonNeg' })).toThrow(
      "Conv2D: `kernelConstraint` must be left out where loraRank is given. Received: 'nonNeg'.",
    );
  });

  test('adds the sum of low rank to the kernel', () => {
    const layer = conv2d({ filters: 1, kernelSize: 1, loraRank: 1, loraAlpha: 3 });
    scope(() => {
      const pixel = toTensor([[[[1]]]]);
      layer.apply(pixel);
      // 2 + 3 / 1 · 5 · 7, and a bias of 0.5
      layer.setWeights([[[[[2]]]], [0.5], [[[[5]]]], [[7]]]);
      expect(layer.apply(pixel).arraySync()).toEqual([[[[107.5]]]]);
    });
  });

  test('slides the kernel over the image', () => {
    const layer = conv2d({ filters: 1, kernelSize: 2 });
    scope(() => {
      const image = toTensor([
        [
          [[1], [2], [3]],
          [[4], [5], [6]],
        ],
      ]);
      layer.apply(image);
      layer.setWeights([
        [
          [[[1]], [[0]]],
          [[[0]], [[10]]],
        ],
        [0.5],
      ]);
      // left: 1·1 + 5·10 + 0.5; right: 2·1 + 6·10 + 0.5
      expect(layer.apply(image).arraySync()).toEqual([[[[51.5], [62.5]]]]);
    });
  });

  test('an image of unknown size gives an output of unknown size', () => {
    expect(conv2d({ filters: 2, kernelSize: 3 }).computeOutputShape([null, null, 6, 4])).toEqual([null, null, 4, 2]);
  });

  test.each([
    [{ filters: 0, kernelSize: 3 }, 'Conv2D: `filters` must be a positive integer. Received: 0.'],
    [
      { filters: 2, kernelSize: 0 },
      'Conv2D: `kernelSize` must be a positive integer or a list of 2 of them. Received: 0.',
    ],
    [
      { filters: 2, kernelSize: [3, 3, 3] },
      'Conv2D: `kernelSize` must be a positive integer or a list of 2 of them. Received: [3, 3, 3].',
    ],
    [
      { filters: 2, kernelSize: 3, strides: 2, dilationRate: 2 },
      'Conv2D: `strides` must be 1 where dilationRate is above 1. Received: 2.',
    ],
    [{ filters: 3, kernelSize: 3, groups: 2 }, 'Conv2D: `filters` must be a multiple of groups (2). Received: 3.'],
    [
      { filters: 2, kernelSize: 3, padding: 'half' as 'same' },
      "Conv2D: `padding` must be one of 'valid', 'same'. Received: 'half'.",
    ],
  ])('refuses %o', (config, message) => {
    expect(() => conv2d(config)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    const layer = conv2d({ filters: 2, kernelSize: 3, name: 'conv' });
    expect(() => layer.apply(toTensor([[1, 2]]))).toThrow(
      "Layer 'conv' expects an input of rank 4 (with the batch axis). Received: input of shape [1, 2].",
    );
    expect(() => layer.computeOutputShape([null, 2, 5, 1])).toThrow(
      "Layer 'conv': a window of 3 does not fit an axis of length 2. Use padding 'same' or a smaller window.",
    );
    layer.ensureBuilt([null, 5, 5, 3]);
    expect(() => layer.apply(toTensor([[[[1]]]]))).toThrow(
      "Layer 'conv' expects an input whose axis -1 has size 3. Received: input of shape [1, 1, 1, 1].",
    );
    expect(() => conv2d({ filters: 2, kernelSize: 1, groups: 2, name: 'two' }).ensureBuilt([null, 5, 5, 3])).toThrow(
      "Layer 'two': the 3 channels of [null, 5, 5, 3] cannot be split into 2 groups.",
    );
    expect(() => conv2d({ filters: 2, kernelSize: 1, name: 'any' }).ensureBuilt([null, 5, 5, null])).toThrow(
      "Layer 'any': weight 'kernel' cannot have the shape [1, 1, null, 2]: axis 2 of the input must be known when the layer is built.",
    );
  });

  test('refuses an image that is smaller than the window when it is called', () => {
    expect(() => conv2d({ filters: 2, kernelSize: 3, name: 'small' }).apply(toTensor([[[[1]]]]))).toThrow(
      "Layer 'small': a window of 3 does not fit an axis of length 1. Use padding 'same' or a smaller window.",
    );
  });
});
