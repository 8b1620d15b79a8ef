import { cpu } from '@capas/backend-cpu';
import { setSeed, useBackend } from '@capas/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as images from '../src/layers/image-preprocessing/index.ts';
import { checkLayer } from '../src/testing.ts';
import { contracts } from './support/contracts/index.ts';
import { layerClasses } from './support/layer-classes.ts';

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;

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
const here = layerClasses.filter(([name]) => !beside.has(name));

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
