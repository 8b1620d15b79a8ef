import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Sequential } from '../../models/sequential.ts';
import { checkLayer } from '../../testing/check-layer.ts';
import { Discretization, discretization } from './discretization.ts';

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Discretization', () => {
  test('keeps the layer contract', () => {
    const config = { binBoundaries: [-0.5, 0, 0.5] };
    checkLayer(Discretization, { config, inputShape: [2, 3], outputShape: [2, 3], outputDType: 'int32' });
    checkLayer(Discretization, {
      config: { ...config, outputMode: 'oneHot' },
      inputShape: [2, 1],
      outputShape: [2, 4],
    });
    checkLayer(Discretization, {
      config: { ...config, outputMode: 'multi_hot' },
      inputShape: [2, 3],
      outputShape: [2, 4],
    });
    checkLayer(Discretization, {
      config: { ...config, outputMode: 'count' },
      inputShape: [2, 3],
      inputDType: 'int32',
      outputShape: [2, 4],
    });
  });

  test('a boundary belongs to the bin above it', () => {
    scope(() => {
      const layer = discretization({ binBoundaries: [0, 1, 2] });
      expect(layer.apply([[-1.5, 0, 0.5, 1, 2, 3.4]]).arraySync()).toEqual([[0, 1, 1, 2, 3, 3]]);
    });
  });

  test('learns bins with as many elements each, from an array or from batches', () => {
    // the boundaries are those that Keras finds
    const data = Float32Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000);
    for (const given of [data, [data.slice(0, 300), data.slice(300)], [[data, data]]]) {
      const layer = discretization({ numBins: 4 });
      layer.adapt(given);
      layer.binBoundaries!.forEach((boundary, i) => void expect(Math.abs(boundary - 250 * (i + 1))).toBeLessThan(10));
      scope(() => void expect(layer.apply([0, 999]).arraySync()).toEqual([0, 3]));
      expect(layer.config.binBoundaries).toEqual(layer.binBoundaries);
      layer.dispose();
    }
  });

  test.each(['wasm', ...(native ? ['native' as const] : [])] as const)(
    'a compiled model on %s takes the boundaries that are learnt later',
    async (backend) => {
      await useBackend(cpu({ prefer: [backend] }));
      const layer = discretization({ numBins: 2 });
      layer.adapt([[1, 1, 3, 3]]);
      const model = new Sequential([layer], { name: 'bins' });
      const bins = async (): Promise<number[]> => {
        const found = (await model.predict([[2, 20]])) as Tensor;
        const values = [...found.dataSync()];
        found.dispose();
        return values;
      };
      expect(await bins()).toEqual([1, 1]);
      layer.adapt([[9, 9, 11, 11]]);
      expect(await bins()).toEqual([0, 1]);
      const { tensors } = memory();
      await bins();
      expect(memory().tensors).toBe(tensors);
      model.dispose();
      await useBackend(cpu({ prefer: ['js'] }));
    },
  );

  test('refuses what does not fit', () => {
    expect(() => discretization({})).toThrow('Discretization: `numBins` must be given where `binBoundaries` is not.');
    expect(() => discretization({ numBins: 0 })).toThrow(
      'Discretization: `numBins` must be a positive integer. Received: 0.',
    );
    expect(() => discretization({ binBoundaries: [1, 0] })).toThrow(
      'Discretization: `binBoundaries` must be a list of numbers in ascending order. Received: [1, 0].',
    );
    expect(() => discretization({ numBins: 2, sparse: true as never })).toThrow('`sparse` must be false');
    expect(() => discretization({ name: 'd', binBoundaries: [1] }).adapt([1])).toThrow(
      "Layer 'd': `binBoundaries` were given; use `numBins` to adapt it.",
    );
    expect(() => discretization({ name: 'd', numBins: 2 }).apply([1])).toThrow(
      "Layer 'd' has no boundaries yet: give `binBoundaries`, or call `adapt`.",
    );
    expect(() => discretization({ numBins: 2 }).adapt(new HostArray(['a']))).toThrow('`data` must be numbers.');
  });
});
