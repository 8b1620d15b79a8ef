import { cpu } from '@capas/backend-cpu';
import { memory, ops, random, scope, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { attachMask, maskOf } from '../../masking.ts';
import { model } from '../../models/functional.ts';
import { input } from '../core/input-layer.ts';
import { multiHeadAttention } from './multi-head-attention.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const x = (...shape: number[]): Tensor => random.normal(shape, { seed: 4 });

describe('MultiHeadAttention', () => {
  test('with projections that change nothing, it is softmax(q · kᵀ / √dim) · v', () => {
    const layer = multiHeadAttention({ numHeads: 1, keyDim: 1, useBias: false, kernelInitializer: 'ones' });
    scope(() => {
      const [query, value] = [toTensor([[[Math.log(3)]]]), toTensor([[[1], [0]]])];
      const [output, scores] = layer([query, value], { returnAttentionScores: true });
      // scores ln 3 and 0: weights 3/4 and 1/4 of the values 1 and 0
      expect(scores.dataSync()[0]).toBeCloseTo(0.75, 6);
      expect(output.dataSync()[0]).toBeCloseTo(0.75, 6);
    });
  });

  test('a causal mask hides what comes later, whichever way the scores are computed', () => {
    const layer = multiHeadAttention({ numHeads: 2, keyDim: 3 });
    scope(() => {
      const sequence = x(1, 4, 5);
      const changed = ops.concatenate([ops.slice(sequence, [0, 0, 0], [1, 3, 5]), x(1, 1, 5)], { axis: 1 });
      const rows = (given: Tensor): number[] =>
        [...layer.apply([given, given], { useCausalMask: true }).dataSync()].slice(0, 15);
      expect(rows(changed)).toEqual(rows(sequence));
      const [output, scores] = layer([sequence, sequence], { useCausalMask: true, returnAttentionScores: true });
      const direct = layer.apply([sequence, sequence], { useCausalMask: true });
      expect(ops.max(ops.abs(ops.subtract(output, direct))).dataSync()[0]).toBeLessThan(1e-6);
      // above the diagonal nothing, each row sums to 1
      expect(ops.max(ops.triu(scores, { k: 1 })).dataSync()[0]).toBe(0);
      expect([...ops.sum(scores, { axis: -1 }).dataSync()].every((sum) => Math.abs(sum - 1) < 1e-5)).toBe(true);
    });
  });

  test('the mask of the query goes on with the output; that of the value hides keys', () => {
    const layer = multiHeadAttention({ numHeads: 2, keyDim: 3 });
    scope(() => {
      const [query, value] = [x(1, 3, 4), x(1, 2, 4)];
      attachMask(query, toTensor([[true, true, false]]));
      attachMask(value, toTensor([[true, false]]));
      const [output, scores] = layer([query, value], { returnAttentionScores: true });
      expect(maskOf(output)!.arraySync()).toEqual([[1, 1, 0]]);
      expect((scores.arraySync() as number[][][][])[0]![0]).toEqual([
        [1, 0],
        [1, 0],
        [0, 0],
      ]);
    });
  });

  test('dropout is random while training only', () => {
    const layer = multiHeadAttention({ numHeads: 2, keyDim: 3, dropout: 0.5, seed: 1 });
    scope(() => {
      const sequence = x(2, 4, 5);
      const values = (training: boolean): string => String(layer.apply([sequence, sequence], { training }).dataSync());
      expect(values(false)).toBe(values(false));
      expect(values(true)).not.toBe(values(true));
    });
  });

  test('in a functional model: with scores, and with a mask that is an input', () => {
    const [sequence, mask] = [input({ shape: [3, 4] }), input({ shape: [3, 3], dtype: 'bool' })];
    const layer = multiHeadAttention({ numHeads: 2, keyDim: 2 });
    const [output, scores] = layer([sequence, sequence], { attentionMask: mask as never, returnAttentionScores: true });
    expect([output.shape, scores.shape]).toEqual([
      [null, 3, 4],
      [null, 2, 3, 3],
    ]);
    const net = model({ inputs: [sequence, mask], outputs: scores });
    scope(() => {
      const first = ops.cast([Array.from({ length: 3 }, () => [1, 0, 0])], 'bool');
      // each query looks at the first key alone
      expect(ops.mean(net.apply([x(1, 3, 4), first]) as Tensor).dataSync()[0]).toBeCloseTo(1 / 3, 6);
    });
  });

  test('a penalty on the activity is on the projections, and dispose frees all', () => {
    const { tensors } = memory();
    const layer = multiHeadAttention({ numHeads: 1, keyDim: 2, activityRegularizer: 'l2', dropout: 0.1 });
    scope(() => {
      const sequence = x(1, 2, 3);
      layer.apply([sequence, sequence], { training: true });
      // query, key, value and output
      expect(layer.losses).toHaveLength(4);
    });
    layer.dispose();
    expect(memory().tensors).toBe(tensors);
  });

  test.each([
    [{ numHeads: 0, keyDim: 2 }, 'MultiHeadAttention: `numHeads` must be a positive integer. Received: 0.'],
    [{ numHeads: 2, keyDim: 1.5 }, 'MultiHeadAttention: `keyDim` must be a positive integer. Received: 1.5.'],
    [
      { numHeads: 2, keyDim: 2, dropout: 2 },
      'MultiHeadAttention: `dropout` must be a number from 0 to 1. Received: 2.',
    ],
    [
      { numHeads: 2, keyDim: 2, slidingWindow: 0 },
      'MultiHeadAttention: `slidingWindow` must be a positive integer. Received: 0.',
    ],
    [{ numHeads: 2, keyDim: 2, flashAttention: true, dropout: 0.5 }, 'MultiHeadAttention: `dropout` must be 0 with'],
    [{ numHeads: 2, keyDim: 2, attentionAxes: [1.5] }, 'MultiHeadAttention: `attentionAxes` must be an integer'],
  ])('refuses %o', (config, message) => {
    expect(() => multiHeadAttention(config)).toThrow(message);
  });

  test('refuses a single input, keys that do not fit the values, and scores that are not kept', () => {
    const layer = multiHeadAttention({ numHeads: 2, keyDim: 2, name: 'attend', flashAttention: true });
    scope(() => {
      expect(() => layer.apply(x(1, 2, 3))).toThrow(
        "Layer 'attend' must be called on [query, value] or [query, value, key]. Received: one input of shape [1, 2, 3].",
      );
      expect(() => layer.apply([x(1, 2, 3), x(1, 4, 3), x(1, 5, 3)])).toThrow(
        "Layer 'attend': value and key must have equal shapes but for the last axis. Received: [1, 4, 3] and [1, 5, 3].",
      );
      expect(() => layer.apply([x(1, 2, 3), x(1, 4, 3)], { returnAttentionScores: true })).toThrow(
        "Layer 'attend': `returnAttentionScores` must be false with `flashAttention`.",
      );
    });
  });
});
