import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { dense } from './dense.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('enableLora changes nothing at first, freezes the kernel, and adds alpha / rank · a · b', () => {
  const layer = dense({ units: 2, useBias: false, kernelInitializer: 'zeros' });
  scope(() => {
    const x = ops.ones([1, 3]);
    layer.apply(x);
    layer.enableLora(1, { alpha: 5, aInitializer: 'ones' });
    expect(layer.apply(x).arraySync()).toEqual([[0, 0]]);
    expect(layer.trainableWeights.map(({ name }) => name)).toEqual(['lora_kernel_a', 'lora_kernel_b']);
    layer.trainable = true;
    expect(layer.kernel.trainable).toBe(false);
    layer.weights[2]!.assign(ops.ones([1, 2]));
    // three inputs of 1, each with 5 · 1 · 1
    expect(layer.apply(x).arraySync()).toEqual([[15, 15]]);
  });
});

test('refuses a layer that is not built, a second update, a constraint, and a rank that is none', () => {
  scope(() => {
    const layer = dense({ units: 2, name: 'top' });
    expect(() => layer.enableLora(1)).toThrow("Layer 'top' must be built before a low-rank update is added.");
    layer.ensureBuilt([null, 3]);
    expect(() => layer.enableLora(0)).toThrow("Layer 'top': `loraRank` must be a positive integer. Received: 0.");
    layer.enableLora(1);
    expect(() => layer.enableLora(1)).toThrow("Layer 'top' has a low-rank update already.");
    expect(() => dense({ units: 2, loraRank: 1, kernelConstraint: 'nonNeg' }).ensureBuilt([null, 3])).toThrow(
      '`kernelConstraint` must be null where there is a low-rank update.',
    );
  });
});
