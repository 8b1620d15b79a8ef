import type { LayerContract } from '../../../src/testing.ts';

const [query, value, key] = [
  [2, 3, 4],
  [2, 5, 4],
  [2, 5, 4],
] as const;

/** Weights of a projection to 2 heads of size 3, or of 4 where `heads` says so. */
const projection = (name: string, from: number, heads = 2): Record<string, readonly number[]> => ({
  [`${name}/kernel`]: [from, heads, 3],
  [`${name}/bias`]: [heads, 3],
});

const output = (heads: number): Record<string, readonly number[]> => ({
  'attention_output/kernel': [heads, 3, 4],
  'attention_output/bias': [4],
});

const selfWeights = { ...projection('query', 4), ...projection('key', 4), ...projection('value', 4), ...output(2) };
const heads = { numHeads: 2, keyDim: 3 };
const groups = { headDim: 3, numQueryHeads: 4, numKeyValueHeads: 2 };

/** What the attention layers keep. */
export const attentionContracts: Readonly<Record<string, readonly LayerContract<object>[]>> = {
  Attention: [
    { config: {}, inputShape: [query, value], outputShape: query },
    {
      config: { useScale: true, scoreMode: 'concat', dropout: 0.5, seed: 3 },
      inputShape: [query, value, key],
      options: { useCausalMask: true, returnAttentionScores: true },
      outputShape: [query, [2, 3, 5]],
      weights: { scale: [], concat_score_weight: [] },
    },
  ],
  AdditiveAttention: [
    { config: {}, inputShape: [query, value, key], outputShape: query, weights: { scale: [4] } },
    { config: { useScale: false }, inputShape: [query, value], outputShape: query },
  ],
  MultiHeadAttention: [
    { config: heads, inputShape: [query, value], outputShape: query, weights: selfWeights },
    {
      config: { ...heads, dropout: 0.5, seed: 3 },
      inputShape: [query, value],
      options: { useCausalMask: true, returnAttentionScores: true },
      outputShape: [query, [2, 2, 3, 5]],
      weights: selfWeights,
    },
    {
      config: { ...heads, useBias: false, useGate: true, valueDim: 2, outputShape: [2, 3], attentionAxes: [2] },
      inputShape: [
        [2, 3, 4, 5],
        [2, 3, 6, 5],
      ],
      options: { returnAttentionScores: true },
      outputShape: [
        [2, 3, 4, 2, 3],
        [2, 3, 2, 4, 6],
      ],
      weights: {
        'query/kernel': [5, 2, 3],
        'key/kernel': [5, 2, 3],
        'gate/kernel': [5, 2, 2],
        'value/kernel': [5, 2, 2],
        'attention_output/kernel': [2, 2, 2, 3],
      },
    },
  ],
  GroupedQueryAttention: [
    {
      config: { ...groups, slidingWindow: 2 },
      inputShape: [query, value],
      options: { useCausalMask: true },
      outputShape: query,
      weights: { ...projection('query', 4, 4), ...projection('key', 4), ...projection('value', 4), ...output(4) },
    },
    {
      config: { ...groups, useGate: true, dropout: 0.5, seed: 3 },
      inputShape: [query, value, key],
      options: { returnAttentionScores: true },
      outputShape: [query, [2, 4, 3, 5]],
      weights: {
        ...projection('query', 4, 4),
        ...projection('key', 4),
        ...projection('gate', 4, 4),
        ...projection('value', 4),
        ...output(4),
      },
    },
  ],
};
