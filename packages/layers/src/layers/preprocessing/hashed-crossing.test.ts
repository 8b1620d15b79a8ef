import { cpu } from '@capas/backend-cpu';
import { HostArray, scope, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { HashedCrossing, hashedCrossing } from './hashed-crossing.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const letters = new HostArray(['A', 'B', 'A', 'B', 'A']);
const numbers = HostArray.from([101, 101, 101, 102, 102], 'int32');
const cross = (layer: HashedCrossing, ...inputs: HostArray[]): unknown =>
  scope(() => layer.apply(inputs as unknown as Tensor[]).arraySync());

describe('HashedCrossing', () => {
  test.each([
    ['int', [[4], [4]], [4], 'int32'],
    [
      'int',
      [
        [4, 1],
        [4, 1],
      ],
      [4, 1],
      'int32',
    ],
    ['oneHot', [[4], [4], [4]], [4, 3], 'float32'],
    [
      'one_hot',
      [
        [4, 1],
        [4, 1],
      ],
      [4, 3],
      'float32',
    ],
  ] as const)('keeps the layer contract: %s of %j', (outputMode, inputShape, outputShape, outputDType) => {
    checkLayer(HashedCrossing, {
      config: { numBins: 3, outputMode },
      inputShape,
      inputDType: 'int32',
      outputShape,
      outputDType,
      isTraced: false,
    });
  });

  test('gives the bins of the documentation of Keras', () => {
    expect(cross(hashedCrossing({ numBins: 5 }), letters, numbers)).toEqual([1, 4, 1, 1, 3]);
    expect(cross(hashedCrossing({ numBins: 5, outputMode: 'oneHot' }), letters, numbers)).toEqual([
      [0, 1, 0, 0, 0],
      [0, 0, 0, 0, 1],
      [0, 1, 0, 0, 0],
      [0, 1, 0, 0, 0],
      [0, 0, 0, 1, 0],
    ]);
    expect(cross(hashedCrossing({ numBins: 5 }), letters.at(1), numbers.at(1))).toBe(4);
  });

  test('refuses what cannot be crossed', () => {
    const layer = hashedCrossing({ numBins: 5, name: 'c' });
    expect(() => cross(layer, letters)).toThrow("Layer 'c' crosses at least two inputs, in a list. Received: [5].");
    expect(() => scope(() => layer.apply(toTensor(letters)))).toThrow("Layer 'c' crosses at least two inputs");
    expect(() => cross(layer, letters, numbers.slice(0, 2))).toThrow(
      "Layer 'c': all inputs must have the same shape. Received: [5], [2].",
    );
    expect(() => cross(layer, HostArray.zeros([2, 2], 'int32'), HostArray.zeros([2, 2], 'int32'))).toThrow(
      "Layer 'c': inputs must have the shape [], [batch] or [batch, 1]. Received: [2, 2], [2, 2].",
    );
    expect(() => cross(layer, numbers, numbers.astype('float32'))).toThrow(
      "Layer 'c': `inputs` must be integers or strings. Received: 'float32'.",
    );
    expect(() => hashedCrossing({ numBins: 0 })).toThrow(
      'HashedCrossing: `numBins` must be a positive integer. Received: 0.',
    );
  });
});
