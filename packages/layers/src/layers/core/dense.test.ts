import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Dense, dense } from './dense.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Dense', () => {
  test.each([
    { name: 'a matrix', inputShape: [2, 3], outputShape: [2, 4] },
    { name: 'rank 3 contracts the last axis', inputShape: [2, 5, 3], outputShape: [2, 5, 4] },
  ])('keeps the layer contract: $name', ({ inputShape, outputShape }) => {
    checkLayer(Dense, { config: { units: 4 }, inputShape, outputShape, weights: { kernel: [3, 4], bias: [4] } });
  });

  test('keeps it with all its options', () => {
    const config = {
      units: 4,
      useBias: false,
      activation: 'tanh',
      kernelInitializer: 'heNormal',
      kernelRegularizer: 'l2',
      kernelConstraint: 'nonNeg',
      activityRegularizer: 'l1',
    } as const;
    checkLayer(Dense, { config, inputShape: [2, 3], outputShape: [2, 4], weights: { kernel: [3, 4] } });
  });

  test('computes relu(x · kernel + bias)', () => {
    const layer = dense({ units: 2, activation: 'relu' });
    scope(() => {
      layer.apply([[0, 0]]);
      layer.setWeights([
        [
          [1, -2],
          [3, -4],
        ],
        [5, -6],
      ]);
      // [-1, 2] · kernel = [5, -6]; + bias = [10, -12]; relu = [10, 0]
      expect(layer.apply([[-1, 2]]).arraySync()).toEqual([[10, 0]]);
    });
  });

  test('penalties of weights and outputs are its losses', () => {
    const layer = dense({
      units: 1,
      useBias: false,
      kernelRegularizer: { className: 'L2', config: { l2: 0.5 } },
      activityRegularizer: 'l1',
    });
    scope(() => {
      layer.apply([[1, 2]]);
      layer.setWeights([[[3], [4]]]);
      layer.apply([
        [1, 2],
        [1, 0],
      ]);
      // outputs 11 and 3, l1 = 0.01: 0.14 for two samples; kernel 0.5 · (9 + 16)
      expect(layer.losses.map((loss) => loss.dataSync()[0])).toEqual([expect.closeTo(0.07, 6), 12.5]);
    });
  });

  test.each([
    [0, '0'],
    [-3, '-3'],
    [2.5, '2.5'],
    [Number.NaN, 'NaN'],
    ['4', "'4'"],
  ])('refuses units = %s', (units, shown) => {
    expect(() => dense({ units: units as number })).toThrow(
      `Dense: \`units\` must be a positive integer. Received: ${shown}.`,
    );
  });

  test('refuses unknown names, with the nearest ones', () => {
    expect(() => dense({ units: 1, activation: 'rellu' as never })).toThrow(
      "Unknown activation: 'rellu'. Did you mean 'relu'",
    );
    expect(() => dense({ units: 1, kernelInitializer: 'glorot' as never }).apply(toTensor([[1]]))).toThrow(
      "Unknown initializer: 'glorot'",
    );
  });

  test('refuses inputs of another rank or size', () => {
    const layer = dense({ units: 4, name: 'top' });
    expect(() => layer.apply(toTensor([1, 2]))).toThrow(
      "Layer 'top' expects an input of rank 2 or more (with the batch axis). Received: input of shape [2].",
    );
    scope(() => layer.apply([[1, 2, 3]]));
    expect(() => layer.apply(toTensor([[1, 2]]))).toThrow(
      "Layer 'top' expects an input whose axis -1 has size 3. Received: input of shape [1, 2].",
    );
  });
});
