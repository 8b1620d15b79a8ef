import { cpu } from '@capas/backend-cpu';
import { HostArray, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Hashing, hashing } from './hashing.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const words = (shape: readonly number[]) =>
  toTensor(
    new HostArray(
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => `w${i}`),
      shape,
      'string',
    ),
  );

describe('Hashing', () => {
  test('keeps the layer contract, on the host', () => {
    const strings = { inputDType: 'string', makeInput: words, isTraced: false } as const;
    checkLayer(Hashing, {
      config: { numBins: 3 },
      inputShape: [2, 2],
      outputShape: [2, 2],
      outputDType: 'int32',
      ...strings,
    });
    checkLayer(Hashing, {
      config: { numBins: 3, outputMode: 'oneHot', salt: 4 },
      inputShape: [2, 1],
      outputShape: [2, 3],
      ...strings,
    });
    checkLayer(Hashing, {
      config: { numBins: 3, outputMode: 'count' },
      inputShape: [2, 4],
      inputDType: 'int32',
      outputShape: [2, 3],
      isTraced: false,
    });
  });

  test('gives the bins of the documentation of Keras', () => {
    const letters = [['A'], ['B'], ['C'], ['D'], ['E']];
    scope(() => {
      expect(hashing({ numBins: 3 }).apply(letters).arraySync()).toEqual([[1], [0], [1], [1], [2]]);
      expect(
        hashing({ numBins: 3, salt: [133, 137] })
          .apply(letters)
          .arraySync(),
      ).toEqual([[1], [2], [1], [0], [2]]);
      expect(hashing({ numBins: 3, salt: 133 }).apply(letters).arraySync()).toEqual([[0], [0], [2], [1], [0]]);
      const masked = hashing({ numBins: 3, maskValue: '' });
      expect(masked.apply([['A'], ['B'], [''], ['C'], ['D']]).arraySync()).toEqual([[1], [1], [0], [2], [2]]);
    });
  });

  test('integers have the bins of their digits', () => {
    scope(() => {
      const layer = hashing({ numBins: 1000 });
      const texts = layer.apply(['-12', '0', '7', 'true', 'false']).arraySync() as number[];
      expect(layer.apply([-12.9, -0.5, 7.2]).arraySync()).toEqual(texts.slice(0, 3));
      expect(layer.apply(HostArray.from([-12, 0, 7], 'int32')).arraySync()).toEqual(texts.slice(0, 3));
      expect(layer.apply([true, false]).arraySync()).toEqual(texts.slice(3));
    });
  });

  test('floats are masked before they are cut', () => {
    scope(() => {
      const [first, second] = hashing({ numBins: 5, maskValue: 0 }).apply([0, 0.5]).arraySync() as number[];
      expect(first).toBe(0);
      expect(second).toBeGreaterThan(0);
      // one bin is for everything
      expect(hashing({ numBins: 1, maskValue: 0 }).apply([0, 3]).arraySync()).toEqual([0, 0]);
    });
  });

  test('refuses what does not fit', () => {
    expect(() => hashing({ numBins: 0 })).toThrow('Hashing: `numBins` must be a positive integer. Received: 0.');
    expect(() => hashing({ numBins: 2, salt: 'x' as never })).toThrow(
      "Hashing: `salt` must be an integer or two of them. Received: 'x'.",
    );
    expect(() => hashing({ numBins: 2, sparse: true as never })).toThrow('there are no sparse tensors');
  });
});
