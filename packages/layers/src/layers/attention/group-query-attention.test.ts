import { cpu } from '@capas/backend-cpu';
import { ops, random, scope, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { serializeThing } from '../../saving/serialize.ts';
import { input } from '../core/input-layer.ts';
import { groupQueryAttention } from './group-query-attention.ts';
import { multiHeadAttention } from './multi-head-attention.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('with as many heads of keys as of queries it is multi-head attention', () => {
  const groups = groupQueryAttention({ headDim: 3, numQueryHeads: 2, numKeyValueHeads: 2 });
  const heads = multiHeadAttention({ numHeads: 2, keyDim: 3 });
  scope(() => {
    const x = random.normal([2, 4, 5], { seed: 1 });
    groups.apply([x, x]);
    heads.apply([x, x]);
    groups.setWeights(heads.getWeights());
    const difference = ops.subtract(groups.apply([x, x]), heads.apply([x, x]));
    expect(ops.max(ops.abs(difference)).dataSync()[0]).toBe(0);
  });
});

test('the heads of a group look at the same keys: equal queries give equal scores', () => {
  const layer = groupQueryAttention({ headDim: 1, numQueryHeads: 4, numKeyValueHeads: 2, kernelInitializer: 'ones' });
  scope(() => {
    const x = random.normal([1, 3, 2], { seed: 1 });
    const [, scores] = layer([x, x], { returnAttentionScores: true });
    const [a, b] = ops.unstack(scores, { axis: 1 });
    expect(a!.arraySync()).toEqual(b!.arraySync());
  });
});

test('its layers are named after the class of Keras, and files have the name under which it is exported', () => {
  const layer = groupQueryAttention({ headDim: 2, numQueryHeads: 2, numKeyValueHeads: 1 });
  expect(layer.name).toMatch(/^grouped_query_attention/);
  expect(serializeThing(layer).class_name).toBe('GroupQueryAttention');
});

test('refuses heads that cannot be grouped, and inputs of other sizes', () => {
  expect(() => groupQueryAttention({ headDim: 2, numQueryHeads: 3, numKeyValueHeads: 2 })).toThrow(
    'GroupQueryAttention: `numQueryHeads` must be a multiple of `numKeyValueHeads` (2). Received: 3.',
  );
  const layer = groupQueryAttention({ headDim: 2, numQueryHeads: 2, numKeyValueHeads: 1, name: 'g' });
  expect(() => layer.apply([input({ shape: [2, 3] }), input({ shape: [2, 4] })])).toThrow(
    "Layer 'g': query and value must be [batch, steps, features] with as many features. Received: [null, 2, 3] and [null, 2, 4].",
  );
  scope(() => {
    const flat = groupQueryAttention({ headDim: 2, numQueryHeads: 2, numKeyValueHeads: 1, name: 'flat' });
    expect(() => flat.apply([ops.ones([2, 3]), ops.ones([2, 3])])).toThrow(
      "Layer 'flat': query and value must be [batch, steps, features]. Received: [2, 3] and [2, 3].",
    );
  });
});
