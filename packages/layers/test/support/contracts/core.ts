import { ops, type Tensor } from '@capas/core';
import { Conv1D, Dense, Dropout, Identity, Rescaling } from '../../../src/layers/index.ts';
import type { LayerContract } from '../../../src/testing.ts';

const ids = { inputDType: 'int32', inputShape: [2, 3] } as const;
const table = { inputDim: 10, outputDim: 4 };

/** What the core layers, activations and regularization keep. */
export const coreContracts: Readonly<Record<string, readonly LayerContract<object>[]>> = {
  ActivityRegularization: [{ config: { l1: 0.1, l2: 0.2 }, inputShape: [2, 5], outputShape: [2, 5] }],
  AlphaDropout: [{ config: { rate: 0.5, seed: 3 }, inputShape: [2, 5], outputShape: [2, 5] }],
  Dense: [
    {
      config: { units: 4, activation: 'tanh' },
      inputShape: [2, 3, 5],
      outputShape: [2, 3, 4],
      weights: { kernel: [5, 4], bias: [4] },
    },
    {
      config: { units: 4, loraRank: 2, useBias: false },
      inputShape: [2, 5],
      outputShape: [2, 4],
      weights: { kernel: [5, 4], lora_kernel_a: [5, 2], lora_kernel_b: [2, 4] },
      fixedWeights: ['kernel'],
    },
  ],
  EinsumDense: [
    {
      config: { equation: 'abc,cde->abde', outputShape: [4, 2, 3], biasAxes: 'de', activation: 'relu' },
      inputShape: [2, 4, 5],
      outputShape: [2, 4, 2, 3],
      weights: { kernel: [5, 2, 3], bias: [2, 3] },
    },
    {
      config: { equation: '...x,xy->...y', outputShape: 3, loraRank: 2, loraAlpha: 4 },
      inputShape: [2, 4, 5],
      outputShape: [2, 4, 3],
      weights: { kernel: [5, 3], lora_kernel_a: [5, 2], lora_kernel_b: [2, 3] },
      fixedWeights: ['kernel'],
    },
  ],
  ELU: [{ config: { alpha: 0.5 }, inputShape: [2, 5], outputShape: [2, 5] }],
  Embedding: [
    { config: table, ...ids, outputShape: [2, 3, 4], weights: { embeddings: [10, 4] } },
    {
      config: { ...table, maskZero: true, loraRank: 2 },
      ...ids,
      outputShape: [2, 3, 4],
      weights: { embeddings: [10, 4], lora_embeddings_a: [10, 2], lora_embeddings_b: [2, 4] },
      fixedWeights: ['embeddings'],
    },
  ],
  GaussianDropout: [{ config: { rate: 0.5, seed: 3 }, inputShape: [2, 5], outputShape: [2, 5] }],
  GaussianNoise: [{ config: { stddev: 0.5, seed: 3 }, inputShape: [2, 5], outputShape: [2, 5] }],
  Identity: [
    { config: {}, inputShape: [2, 5], outputShape: [2, 5] },
    {
      config: {},
      inputShape: [
        [2, 5],
        [2, 3],
      ],
      outputShape: [
        [2, 5],
        [2, 3],
      ],
    },
  ],
  Lambda: [
    {
      config: { function: (x: Tensor) => ops.square(x) },
      inputShape: [2, 5],
      outputShape: [2, 5],
      isRevived: false,
    },
  ],
  LeakyReLU: [{ config: {}, inputShape: [2, 5], outputShape: [2, 5] }],
  Masking: [{ config: { maskValue: 1 }, inputShape: [2, 3, 4], outputShape: [2, 3, 4] }],
  Pipeline: [
    {
      // layers belong to the layer that is made with them
      get config() {
        return { layers: [new Rescaling({ scale: 0.5 }), new Dropout({ rate: 0.5, seed: 3 }), new Identity()] };
      },
      options: { training: false },
      inputShape: [2, 5],
      outputShape: [2, 5],
    },
  ],
  PReLU: [
    {
      config: { sharedAxes: [1], alphaInitializer: 'ones' },
      inputShape: [2, 3, 4],
      outputShape: [2, 3, 4],
      weights: { alpha: [1, 4] },
    },
  ],
  ReLU: [{ config: { maxValue: 0.5, negativeSlope: 0.1, threshold: 0.2 }, inputShape: [2, 5], outputShape: [2, 5] }],
  ReversibleEmbedding: [
    { config: table, ...ids, outputShape: [2, 3, 4], weights: { embeddings: [10, 4] } },
    {
      config: { ...table, tieWeights: false, logitSoftCap: 2 },
      options: { reverse: true },
      inputShape: [2, 3, 4],
      outputShape: [2, 3, 10],
      weights: { embeddings: [10, 4], reverse_embeddings: [4, 10] },
      unusedWeights: ['embeddings'],
    },
  ],
  Softmax: [
    { config: {}, inputShape: [2, 5], outputShape: [2, 5] },
    { config: { axis: [1, 2] }, inputShape: [2, 3, 4], outputShape: [2, 3, 4] },
  ],
  SpatialDropout1D: [{ config: { rate: 0.5, seed: 3 }, inputShape: [2, 3, 4], outputShape: [2, 3, 4] }],
  SpatialDropout2D: [
    {
      config: { rate: 0.5, seed: 3, dataFormat: 'channelsFirst' },
      inputShape: [2, 3, 4, 2],
      outputShape: [2, 3, 4, 2],
    },
  ],
  SpatialDropout3D: [{ config: { rate: 0.5, seed: 3 }, inputShape: [2, 3, 4, 2, 2], outputShape: [2, 3, 4, 2, 2] }],
  SpectralNormalization: [
    {
      get config() {
        return { layer: new Dense({ units: 4, name: 'inner' }), powerIterations: 2 };
      },
      inputShape: [2, 5],
      outputShape: [2, 4],
      weights: { 'inner/kernel': [5, 4], vector_u: [1, 4], 'inner/bias': [4] },
      fixedWeights: ['vector_u'],
    },
    {
      get config() {
        return { layer: new Conv1D({ filters: 3, kernelSize: 2, name: 'inner' }) };
      },
      inputShape: [2, 4, 2],
      outputShape: [2, 3, 3],
      weights: { 'inner/kernel': [2, 2, 3], vector_u: [1, 3], 'inner/bias': [3] },
      fixedWeights: ['vector_u'],
    },
  ],
};
