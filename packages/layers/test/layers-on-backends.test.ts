import { cpu } from '@capas/backend-cpu';
import { setSeed, useBackend } from '@capas/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Layer, layers } from '../src/index.ts';
import * as images from '../src/layers/image-preprocessing/index.ts';
import { checkLayer, type LayerClass, type LayerContract } from '../src/testing.ts';
import { attentionContracts } from './support/contracts/attention.ts';
import { convolutionContracts, poolingContracts, reshapingContracts } from './support/contracts/convolution.ts';
import { coreContracts } from './support/contracts/core.ts';
import { mergingContracts } from './support/contracts/merging.ts';

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;

const halved = { inputShape: [2, 6, 6, 3], outputShape: [2, 3, 3, 3] };
const same = { inputShape: [2, 5], outputShape: [2, 5] };

/** A contract of each layer, or some: it holds on every backend, eager and compiled. */
const contracts: Readonly<Record<string, readonly LayerContract<object>[]>> = {
  ...attentionContracts,
  ...convolutionContracts,
  ...coreContracts,
  ...mergingContracts,
  ...poolingContracts,
  ...reshapingContracts,
  Activation: ['relu', 'softmax', 'gelu', 'swish'].map((activation) => ({ config: { activation }, ...same })),
  AveragePooling2D: [{ config: {}, ...halved }],
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
  Dropout: [{ config: { rate: 0.5, seed: 3 }, ...same }],
  Flatten: [{ config: {}, inputShape: [2, 3, 4], outputShape: [2, 12] }],
  GlobalAveragePooling1D: [{ config: {}, inputShape: [2, 5, 3], outputShape: [2, 3] }],
  GlobalAveragePooling2D: [{ config: {}, inputShape: [2, 4, 5, 3], outputShape: [2, 3] }],
  MaxPooling2D: [{ config: {}, ...halved }],
  Rescaling: [{ config: { scale: 0.5, offset: -1 }, ...same }],
  Reshape: [{ config: { targetShape: [3, 2] }, inputShape: [2, 6], outputShape: [2, 3, 2] }],
};

/** The layers that are called on data. */
const classes = Object.entries(layers as unknown as Record<string, unknown>).filter(
  ([name, value]) =>
    typeof value === 'function' &&
    value.prototype instanceof Layer &&
    !['InputLayer', 'Wrapper'].includes(name) &&
    // the others are second names
    (value as unknown as LayerClass<object>).className === name,
) as [string, LayerClass<object>][];

/** Layers whose contracts stand beside them: they need more than shapes, such as cells, strings, boxes or values that are learnt. */
const beside: ReadonlySet<string> = new Set([
  ...Object.keys(images),
  // src/layers/rnn
  ...['Bidirectional', 'ConvLSTMCell', 'ConvLSTM1D', 'ConvLSTM2D', 'ConvLSTM3D', 'GRU', 'GRUCell', 'LSTM', 'LSTMCell'],
  ...['RNN', 'SimpleRNN', 'SimpleRNNCell', 'StackedRNNCells', 'TimeDistributed'],
  // src/layers/preprocessing
  ...['CategoryEncoding', 'Discretization', 'FeatureSpace', 'HashedCrossing', 'Hashing', 'IntegerLookup'],
  ...['MelSpectrogram', 'Normalization', 'STFTSpectrogram', 'StringLookup', 'TextVectorization', 'TFDIdentity'],
]);
const here = classes.filter(([name]) => !beside.has(name));

test('all layers are checked', () => {
  expect(Object.keys(contracts).sort()).toEqual(here.map(([name]) => name).sort());
});

afterAll(() => useBackend(cpu({ prefer: ['js'] })));

describe.each(['js', 'wasm', ...(native ? (['native'] as const) : [])] as const)('on %s', (backend) => {
  beforeAll(() => useBackend(cpu({ prefer: [backend] })));

  test.each(here)('%s keeps its contract', (name, LayerClass) => {
    setSeed(1);
    for (const contract of contracts[name]!) checkLayer(LayerClass, contract);
  });
});
