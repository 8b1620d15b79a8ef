import { cpu } from '@capas/backend-cpu';
import { setSeed, useBackend } from '@capas/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Layer, layers } from '../src/index.ts';
import { checkLayer, type LayerClass, type LayerContract } from '../src/testing.ts';

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;

const images = { inputShape: [2, 6, 6, 3], outputShape: [2, 3, 3, 3] };
const same = { inputShape: [2, 5], outputShape: [2, 5] };

/** A contract of each layer, or some: what its own test checks on js holds on the other backends too, eager and compiled. */
const contracts: Readonly<Record<string, readonly LayerContract<object>[]>> = {
  Activation: ['relu', 'softmax', 'gelu', 'swish'].map((activation) => ({ config: { activation }, ...same })),
  Add: [
    {
      config: {},
      inputShape: [
        [2, 5],
        [2, 5],
      ],
      outputShape: [2, 5],
    },
  ],
  AveragePooling2D: [{ config: {}, ...images }],
  BatchNormalization: [
    {
      config: {},
      inputShape: [4, 3],
      outputShape: [4, 3],
      weights: { gamma: [3], beta: [3], moving_mean: [3], moving_variance: [3] },
      fixedWeights: ['moving_mean', 'moving_variance'],
    },
  ],
  Concatenate: [
    {
      config: {},
      inputShape: [
        [2, 3],
        [2, 4],
      ],
      outputShape: [2, 7],
    },
  ],
  Conv2D: [1, 3].map((groups) => ({
    config: { filters: 6, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', groups },
    inputShape: [2, 6, 6, 3],
    outputShape: [2, 3, 3, 6],
    weights: { kernel: [3, 3, 3 / groups, 6], bias: [6] },
  })),
  Dense: [
    {
      config: { units: 4, activation: 'tanh' },
      inputShape: [2, 3, 5],
      outputShape: [2, 3, 4],
      weights: { kernel: [5, 4], bias: [4] },
    },
  ],
  Dropout: [{ config: { rate: 0.5, seed: 3 }, ...same }],
  Embedding: [
    {
      config: { inputDim: 10, outputDim: 4 },
      inputShape: [2, 3],
      inputDType: 'int32',
      outputShape: [2, 3, 4],
      weights: { embeddings: [10, 4] },
    },
  ],
  Flatten: [{ config: {}, inputShape: [2, 3, 4], outputShape: [2, 12] }],
  GlobalAveragePooling1D: [{ config: {}, inputShape: [2, 5, 3], outputShape: [2, 3] }],
  GlobalAveragePooling2D: [{ config: {}, inputShape: [2, 4, 5, 3], outputShape: [2, 3] }],
  MaxPooling2D: [{ config: {}, ...images }],
  Rescaling: [{ config: { scale: 0.5, offset: -1 }, ...same }],
  Reshape: [{ config: { targetShape: [3, 2] }, inputShape: [2, 6], outputShape: [2, 3, 2] }],
};

/** The layers that are called on data. */
const classes = Object.entries(layers as unknown as Record<string, unknown>).filter(
  ([name, value]) => typeof value === 'function' && value.prototype instanceof Layer && name !== 'InputLayer',
) as [string, LayerClass<object>][];

test('all layers are checked', () => {
  expect(Object.keys(contracts).sort()).toEqual(classes.map(([name]) => name).sort());
});

afterAll(() => useBackend(cpu({ prefer: ['js'] })));

describe.each(['wasm', ...(native ? (['native'] as const) : [])] as const)('on %s', (backend) => {
  beforeAll(() => useBackend(cpu({ prefer: [backend] })));

  test.each(classes)('%s keeps its contract', (name, LayerClass) => {
    setSeed(1);
    for (const contract of contracts[name]!) checkLayer(LayerClass, contract);
  });
});
