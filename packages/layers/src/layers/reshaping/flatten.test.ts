import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Flatten, flatten } from './flatten.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Flatten', () => {
  test.each([
    { inputShape: [2, 3, 4], outputShape: [2, 12] },
    { inputShape: [2], outputShape: [2, 1] },
    { inputShape: [2, 5], outputShape: [2, 5] },
  ])('keeps the layer contract: $inputShape', ({ inputShape, outputShape }) => {
    checkLayer(Flatten, { config: {}, inputShape, outputShape });
    checkLayer(Flatten, { config: { dataFormat: 'channelsFirst' }, inputShape, outputShape });
  });

  test('keeps integers', () => {
    checkLayer(Flatten, {
      config: {},
      inputShape: [2, 3, 4],
      inputDType: 'int32',
      outputShape: [2, 12],
      outputDType: 'int32',
    });
  });

  test('rows follow each other; channels that come first go to the end', () => {
    const sample = [
      [
        [1, 2],
        [3, 4],
      ],
    ];
    scope(() => {
      expect(flatten().apply(toTensor(sample)).arraySync()).toEqual([[1, 2, 3, 4]]);
      // channel a = [1, 2], b = [3, 4]: a0 b0 a1 b1
      expect(flatten({ dataFormat: 'channelsFirst' }).apply(toTensor(sample)).arraySync()).toEqual([[1, 3, 2, 4]]);
    });
  });

  test('an unknown axis stays unknown', () => {
    expect(flatten().computeOutputShape([null, null, 3])).toEqual([null, null]);
  });

  test('refuses a scalar and an unknown format', () => {
    expect(() => flatten({ name: 'flat' }).apply(1)).toThrow(
      "Layer 'flat' expects an input of rank 1 or more (with the batch axis). Received: input of shape [].",
    );
    expect(() => flatten({ dataFormat: 'channelsMiddle' as never })).toThrow(
      "Flatten: `dataFormat` must be one of 'channelsLast', 'channelsFirst'. Received: 'channelsMiddle'.",
    );
  });
});
