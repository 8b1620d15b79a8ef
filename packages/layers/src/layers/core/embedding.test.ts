import { cpu } from '@capas/backend-cpu';
import { gradients, memory, ops, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { maskOf } from '../../masking.ts';
import { checkLayer } from '../../testing/check-layer.ts';
import { Embedding, embedding } from './embedding.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Embedding', () => {
  test.each([
    { name: 'sequences', inputShape: [2, 3], outputShape: [2, 3, 4], maskZero: false },
    { name: 'single ids', inputShape: [2], outputShape: [2, 4], maskZero: false },
    { name: 'with a mask', inputShape: [2, 3], outputShape: [2, 3, 4], maskZero: true },
  ])('keeps the layer contract: $name', ({ inputShape, outputShape, maskZero }) => {
    checkLayer(Embedding, {
      config: { inputDim: 10, outputDim: 4, maskZero },
      inputShape,
      inputDType: 'int32',
      outputShape,
      weights: { embeddings: [10, 4] },
    });
  });

  test('looks up the row of each id', () => {
    const layer = embedding({ inputDim: 3, outputDim: 2 });
    scope(() => {
      layer.apply([[0]]);
      layer.setWeights([
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ]);
      // row 2, then row 0
      expect(layer.apply([[2, 0]]).arraySync()).toEqual([
        [
          [5, 6],
          [1, 2],
        ],
      ]);
    });
  });

  test('with maskZero, id 0 is masked', () => {
    scope(() => {
      const output = embedding({ inputDim: 9, outputDim: 2, maskZero: true }).apply([[7, 0, 8]]);
      expect([...maskOf(output)!.dataSync()]).toEqual([1, 0, 1]);
    });
  });

  test('only the rows that were looked up have a gradient', () => {
    const { tensors } = memory();
    const layer = embedding({ inputDim: 3, outputDim: 1 });
    scope(() => {
      const ids = ops.cast([[1, 1]], 'int32');
      layer.apply(ids);
      const [gradient] = gradients(() => ops.sum(layer.apply(ids)), [layer.embeddings.value]);
      // row 1 is read twice
      expect(gradient!.arraySync()).toEqual([[0], [2], [0]]);
    });
    layer.dispose();
    expect(memory().tensors).toBe(tensors);
  });

  test.each([
    [{ inputDim: 0, outputDim: 2 }, 'Embedding: `inputDim` must be a positive integer. Received: 0.'],
    [{ inputDim: 2, outputDim: 1.5 }, 'Embedding: `outputDim` must be a positive integer. Received: 1.5.'],
  ])('refuses %o', (config, message) => {
    expect(() => embedding(config)).toThrow(message);
  });
});
