import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Conv1D, conv1d } from './conv1d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Conv1D', () => {
  test.each([
    {
      name: 'valid',
      contract: {
        config: { filters: 2, kernelSize: 3 },
        inputShape: [2, 6, 4],
        outputShape: [2, 4, 2],
        weights: { kernel: [3, 4, 2], bias: [2] },
      },
    },
    {
      name: 'causal',
      contract: {
        config: { filters: 2, kernelSize: 3, padding: 'causal', dilationRate: 2 },
        inputShape: [2, 6, 4],
        outputShape: [2, 6, 2],
        weights: { kernel: [3, 4, 2], bias: [2] },
      },
    },
    {
      name: 'groups, channels first',
      contract: {
        config: { filters: 4, kernelSize: 2, groups: 2, dataFormat: 'channelsFirst', useBias: false },
        inputShape: [2, 4, 6],
        outputShape: [2, 4, 5],
        weights: { kernel: [2, 2, 4] },
      },
    },
  ] as const)('keeps the layer contract: $name', ({ contract }) => {
    checkLayer(Conv1D, contract);
  });

  test('a causal window sees what came before only', () => {
    scope(() => {
      // nothing before, then 10 · 1 + 2, 10 · 2 + 3
      const layer = conv1d({ filters: 1, kernelSize: 2, padding: 'causal' });
      const inputs = toTensor([[[1], [2], [3]]]);
      layer.apply(inputs);
      layer.setWeights([[[[10]], [[1]]], [0]]);
      expect(layer.apply(inputs).arraySync()).toEqual([[[1], [12], [23]]]);
    });
  });

  test.each([
    [
      { filters: 1, kernelSize: 0 },
      'Conv1D: `kernelSize` must be a positive integer or a list of 1 of them. Received: 0.',
    ],
    [
      { filters: 1, kernelSize: 2, padding: 'before' },
      "Conv1D: `padding` must be one of 'valid', 'same', 'causal'. Received: 'before'.",
    ],
  ])('refuses %o', (config, message) => {
    expect(() => conv1d(config as never)).toThrow(message);
  });

  test('refuses inputs that do not fit', () => {
    expect(() => conv1d({ filters: 1, kernelSize: 3, name: 'conv' }).apply(ops.zeros([1, 2, 1]))).toThrow(
      "Layer 'conv': a window of 3 does not fit an axis of length 2.",
    );
  });
});
