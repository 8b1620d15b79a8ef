import { cpu } from '@capas/backend-cpu';
import { HostArray, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { CategoryEncoding, categoryEncoding } from './category-encoding.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const numbers = HostArray.from(
  [
    [0, 1],
    [3, 3],
    [2, 9],
  ],
  'int32',
);

describe('CategoryEncoding', () => {
  test.each([
    ['oneHot', [3, 1], [3, 4]],
    ['oneHot', [3], [3, 4]],
    ['one_hot', [3, 2], [3, 2, 4]],
    ['multiHot', [3, 2], [3, 4]],
    ['count', [3, 2], [3, 4]],
    ['count', [3, 5, 2], [3, 2, 4]],
  ] as const)('keeps the layer contract: %s of %j', (outputMode, inputShape, outputShape) => {
    checkLayer(CategoryEncoding, {
      config: { numTokens: 4, outputMode },
      inputShape,
      inputDType: 'int32',
      outputShape,
    });
  });

  test('says which categories occur, or how often; what is no category leaves no trace', () => {
    scope(() => {
      expect(categoryEncoding({ numTokens: 4 }).apply(numbers).arraySync()).toEqual([
        [1, 1, 0, 0],
        [0, 0, 0, 1],
        [0, 0, 1, 0],
      ]);
      const count = categoryEncoding({ numTokens: 4, outputMode: 'count' });
      expect(count.apply(numbers).arraySync()).toEqual([
        [1, 1, 0, 0],
        [0, 0, 0, 2],
        [0, 0, 1, 0],
      ]);
      expect(count.apply(HostArray.from([-1, 2, 2], 'int32')).arraySync()).toEqual([0, 0, 2, 0]);
      expect(categoryEncoding({ numTokens: 1, outputMode: 'oneHot' }).apply([0, 1]).arraySync()).toEqual([[1], [0]]);
    });
  });

  test('adds weights up', () => {
    const layer = categoryEncoding({ numTokens: 4, outputMode: 'count' });
    scope(() => {
      const countWeights = [
        [0.5, 1],
        [2, 3],
        [4, 5],
      ];
      expect(layer.apply(numbers, { countWeights }).arraySync()).toEqual([
        [0.5, 1, 0, 0],
        [0, 0, 0, 5],
        [0, 0, 4, 0],
      ]);
    });
    expect(() => categoryEncoding({ numTokens: 4, name: 'hot' }).apply(numbers, { countWeights: [1] })).toThrow(
      "Layer 'hot': `countWeights` must be left out, outputMode is 'multiHot'.",
    );
  });

  test('refuses what it cannot do', () => {
    expect(() => categoryEncoding({ numTokens: 0 })).toThrow(
      'CategoryEncoding: `numTokens` must be a positive integer.',
    );
    expect(() => categoryEncoding({ numTokens: 2, outputMode: 'int' as never })).toThrow(
      "CategoryEncoding: `outputMode` must be one of 'oneHot', 'multiHot', 'count'. Received: 'int'.",
    );
    expect(() => categoryEncoding({ numTokens: 2, sparse: true as never })).toThrow(
      'CategoryEncoding: `sparse` must be false, there are no sparse tensors. Received: true.',
    );
  });
});
