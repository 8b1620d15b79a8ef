import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { maskOf } from '../../masking.ts';
import { additiveAttention } from './additive-attention.ts';
import { attention } from './attention.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const query = (): ReturnType<typeof toTensor> => toTensor([[[1], [0]]]);
const value = (): ReturnType<typeof toTensor> => toTensor([[[Math.log(3)], [0]]]);

describe('Attention', () => {
  test('softmax(query · keyᵀ) · value', () => {
    scope(() => {
      const [output, scores] = attention()([query(), value()], { returnAttentionScores: true });
      // of the first query ln 3 and 0: 3/4 and 1/4; of the second 0 and 0
      const [first, second] = (scores.arraySync() as number[][][])[0]!;
      expect(first).toEqual([expect.closeTo(0.75, 6), expect.closeTo(0.25, 6)]);
      expect(second).toEqual([0.5, 0.5]);
      expect(output.dataSync()[1]).toBeCloseTo(Math.log(3) / 2, 6);
    });
  });

  test('masks: of the query to 0, of the value out of the sum; the first goes on', () => {
    scope(() => {
      const mask = [toTensor([[true, false]]), toTensor([[false, true]])];
      const [output, scores] = attention()([query(), value()], { mask, returnAttentionScores: true });
      expect(scores.arraySync()).toEqual([
        [
          [0, 1],
          [0, 1],
        ],
      ]);
      expect(output.arraySync()).toEqual([[[0], [0]]]);
      expect(maskOf(output)!.arraySync()).toEqual([[1, 0]]);
      expect(maskOf(scores)).toBeUndefined();
    });
  });

  test('dropout sets weights of keys to 0 while training', () => {
    scope(() => {
      const layer = attention({ dropout: 0.5, seed: 2 });
      const x = ops.ones([1, 20, 4]);
      const [, scores] = layer([x, x], { training: true, returnAttentionScores: true });
      const kept = [...scores.dataSync()].filter((score) => score > 0);
      // each is 1/20, doubled
      expect(kept.every((score) => Math.abs(score - 0.1) < 1e-6)).toBe(true);
      expect(Math.abs(kept.length - 200)).toBeLessThan(40);
    });
  });

  test('refuses other numbers of inputs, masks and score modes', () => {
    scope(() => {
      const layer = attention({ name: 'look' });
      expect(() => layer.apply(query())).toThrow(
        "Layer 'look' must be called on [query, value] or [query, value, key]. Received: one input of shape [1, 2, 1].",
      );
      expect(() => layer.apply([query(), value()], { mask: toTensor([[true]]) })).toThrow(
        "Layer 'look': `mask` must be [queryMask, valueMask], each a tensor or undefined.",
      );
      expect(() => attention({ scoreMode: 'sum' as never })).toThrow(
        "Attention: `scoreMode` must be one of 'dot', 'concat'. Received: 'sum'.",
      );
    });
  });
});

test('AdditiveAttention: softmax(Σ tanh(query + key)) · value', () => {
  scope(() => {
    const [, scores] = additiveAttention({ useScale: false })([query(), value()], {
      returnAttentionScores: true,
    });
    const [a, b] = [Math.exp(Math.tanh(1 + Math.log(3))), Math.exp(Math.tanh(1))];
    expect(scores.dataSync()[0]).toBeCloseTo(a / (a + b), 6);
  });
});
