import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { maskOf } from '../../masking.ts';
import { embedding } from './embedding.ts';
import { reversibleEmbedding } from './reversible-embedding.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const vectors = [
  [1, 0],
  [0, 2],
];

test('goes from ids to vectors and back to a score for each id', () => {
  const layer = reversibleEmbedding({ inputDim: 2, outputDim: 2, weights: vectors, maskZero: true });
  scope(() => {
    const output = layer.apply([[1, 0]]);
    expect(output.arraySync()).toEqual([
      [
        [0, 2],
        [1, 0],
      ],
    ]);
    expect(maskOf(output)!.arraySync()).toEqual([[1, 0]]);
    // the products with both vectors
    const scores = layer.apply(toTensor([[3, 4]]), { reverse: true });
    expect(scores.arraySync()).toEqual([[3, 8]]);
    expect(maskOf(scores)).toBeUndefined();
  });
});

test('a soft cap limits the scores', () => {
  const layer = reversibleEmbedding({ inputDim: 2, outputDim: 2, weights: vectors, logitSoftCap: 5 });
  scope(() => {
    const [first, second] = layer.apply(toTensor([[3, 400]]), { reverse: true }).dataSync();
    expect(first).toBeCloseTo(5 * Math.tanh(0.6), 5);
    expect(second).toBe(5);
  });
});

test('an embedding may start with given vectors, alone or in a list', () => {
  scope(() => {
    for (const weights of [vectors, [toTensor(vectors)] as const])
      expect(embedding({ inputDim: 2, outputDim: 2, weights }).apply([1]).arraySync()).toEqual([[0, 2]]);
    expect(() => embedding({ inputDim: 3, outputDim: 2, weights: vectors })).toThrow(
      'has shape [3, 2]. Received: [2, 2].',
    );
  });
});
