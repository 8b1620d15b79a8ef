import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { dense } from '../core/dense.ts';
import { flatten } from '../reshaping/flatten.ts';
import { spectralNormalization } from './spectral-normalization.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('while training, the largest singular value of the kernel becomes 1', () => {
  const inner = dense({ units: 2, useBias: false });
  const layer = spectralNormalization({ layer: inner, powerIterations: 20 });
  scope(() => {
    const x = ops.ones([1, 2]);
    layer.apply(x);
    inner.setWeights([
      [
        [3, 0],
        [0, 1],
      ],
    ]);
    layer.apply(x);
    expect(inner.kernel.value.arraySync()).toEqual([
      [3, 0],
      [0, 1],
    ]);
    layer.apply(x, { training: true });
    const [a, , , d] = inner.kernel.value.dataSync();
    expect([a, d]).toEqual([expect.closeTo(1, 5), expect.closeTo(1 / 3, 5)]);
  });
});

test('a kernel of zeros stays', () => {
  const layer = spectralNormalization({ layer: dense({ units: 2, kernelInitializer: 'zeros' }) });
  scope(() => void expect(layer.apply([[1, 2]], { training: true }).arraySync()).toEqual([[0, 0]]));
});

test('refuses what has no kernel, is no layer, or no number of iterations', () => {
  scope(() => {
    expect(() => spectralNormalization({ layer: flatten() }).apply([[1]])).toThrow(
      'SpectralNormalization: `layer` must be one with a `kernel` or `embeddings`.',
    );
  });
  expect(() => spectralNormalization({ layer: 'dense' as never })).toThrow(
    "SpectralNormalization: `layer` must be a layer. Received: 'dense'.",
  );
  expect(() => spectralNormalization({ layer: dense({ units: 1 }), powerIterations: 0 })).toThrow(
    'SpectralNormalization: `powerIterations` must be a positive integer. Received: 0.',
  );
});
