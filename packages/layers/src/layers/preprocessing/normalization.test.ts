import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Normalization, normalization } from './normalization.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const weights = (...shape: number[]) => ({ mean: shape, variance: shape, count: [] });
const fixedWeights = ['mean', 'variance', 'count'];

describe('Normalization', () => {
  test('keeps the layer contract', () => {
    const same = { inputShape: [2, 4, 3], outputShape: [2, 4, 3] };
    checkLayer(Normalization, { config: {}, ...same, weights: weights(3), fixedWeights });
    checkLayer(Normalization, { config: { axis: null }, ...same, weights: weights(), fixedWeights });
    checkLayer(Normalization, {
      config: { axis: [-1, 1], invert: true },
      ...same,
      weights: weights(4, 3),
      fixedWeights,
    });
    checkLayer(Normalization, { config: { mean: [1, 2, 3], variance: [4, 4, 1] }, ...same });
    checkLayer(Normalization, {
      config: { axis: [1, 2], mean: [[1], [2], [3], [4]], variance: [[1], [1], [1], [4]] },
      ...same,
    });
    checkLayer(Normalization, { config: { mean: 3, variance: 2 }, ...same, inputDType: 'int32' });
  });

  test('learns mean and variance; those of batches are joined by their sizes', () => {
    const batches = [
      [[0, 7]],
      [
        [2, 9],
        [4, 5],
      ],
      [[2, 3]],
    ].map((rows) => HostArray.from(rows));
    // feature 0: 0, 2, 4, 2 has mean 2 and variance 2; feature 1: 7, 9, 5, 3 has mean 6 and variance 5
    for (const data of [HostArray.concat(batches), batches, batches.map((x) => [x, x]), new Set(batches)]) {
      const layer = normalization();
      layer.adapt(data);
      scope(() => {
        expect([...layer.mean!.value.dataSync()]).toEqual([2, 6]);
        expect([...layer.variance!.value.dataSync()]).toEqual([expect.closeTo(2, 5), expect.closeTo(5, 5)]);
        const x = layer.apply([[4, 1]]);
        expect([...x.dataSync()]).toEqual([expect.closeTo(Math.SQRT2, 5), expect.closeTo(-Math.sqrt(5), 5)]);
      });
      layer.dispose();
    }
  });

  test('waits for batches that come by and by', async () => {
    const layer = normalization({ axis: null });
    async function* batches() {
      yield HostArray.from([[1, 3]]);
      yield HostArray.from([
        [5, 7],
        [9, 11],
      ]);
    }
    await layer.adapt(batches());
    expect(layer.mean!.value.dataSync()[0]).toBeCloseTo(6, 5);
    layer.dispose();
  });

  test('forgets what it learnt before, and leaves no tensors', () => {
    const layer = normalization();
    layer.adapt([
      [1, 2],
      [3, 4],
    ]);
    scope(() => void layer.apply([[1, 2]]));
    const { tensors } = memory();
    layer.adapt(scope(() => HostArray.from([[10, 20]])));
    expect([...layer.mean!.value.dataSync()]).toEqual([10, 20]);
    expect(memory().tensors).toBe(tensors);
    layer.dispose();
  });

  test('divides by no less than 1e-7', () => {
    scope(() => {
      expect(
        normalization({ mean: 1, variance: 0 })
          .apply([[1, 2]])
          .arraySync(),
      ).toEqual([[0, expect.closeTo(1e7, -1)]]);
    });
  });

  test('refuses what does not fit', () => {
    expect(() => normalization({ mean: 1 })).toThrow(
      'Normalization: `variance` must be given where the other one is. Received: null.',
    );
    expect(() => normalization({ mean: [1, 2], variance: 1 })).toThrow(
      'Normalization: `mean` and `variance` must have the same shape. Received: [2] and [].',
    );
    expect(() => normalization({ axis: null, mean: [1, 2], variance: [1, 2] })).toThrow(
      'Normalization: `mean` must have at most as many axes as `axis` names: 0. Received: [2].',
    );
    expect(() => normalization({ name: 'n', mean: [1, 2], variance: [1, 2] }).apply(toTensor([[1, 2, 3]]))).toThrow(
      "Layer 'n': `mean` and `variance` of shape [2] do not fit inputs of shape [1, 3].",
    );
    expect(() => normalization({ name: 'n', mean: 1, variance: 1 }).adapt([[1]])).toThrow(
      "Layer 'n': `mean` and `variance` were given, it cannot be adapted.",
    );
    expect(() => normalization({ name: 'n' }).adapt([])).toThrow("Layer 'n'");
    expect(() => normalization({ name: 'n' }).adapt(['a'] as never)).toThrow("Layer 'n': `data` must be numbers.");
    const layer = normalization({ name: 'n' });
    layer.adapt([[1, 2]]);
    expect(() => layer.adapt([[1, 2, 3]])).toThrow(
      "Layer 'n' was built for inputs of shape [1, 2]. Received: data of shape [1, 3].",
    );
    layer.dispose();
  });
});
