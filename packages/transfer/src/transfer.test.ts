import { cpu } from '@capas/backend-cpu';
import { ops, random, setSeed, type Tensor, useBackend } from '@capas/core';
import { layers, Model, model as makeModel, Sequential } from '@capas/layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { featureExtractor, freeze, unfreeze } from './index.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const base = (): Sequential =>
  new Sequential(
    [
      layers.dense({ units: 6, activation: 'relu', inputShape: [4], name: 'first' }),
      layers.batchNormalization({ name: 'norm' }),
      layers.dense({ units: 3, name: 'last' }),
    ],
    { name: 'base' },
  );

const valuesOf = (model: Model): number[][] => model.weights.map((weight) => Array.from(weight.value.dataSync()));

describe('freeze', () => {
  test('a frozen base with batch normalization stays bit for bit the same while the head is trained', async () => {
    setSeed(3);
    const backbone = base();
    freeze(backbone);
    const model = new Sequential([backbone, layers.dense({ units: 1, name: 'head' })]);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    const before = valuesOf(backbone);
    const head = Array.from(model.getLayer('head').weights[0]!.value.dataSync());
    const x = random.normal([32, 4], { mean: 10, stddev: 3, seed: 1 });
    await model.fit(x, random.normal([32, 1], { seed: 2 }), { epochs: 3, verbose: 0 });
    expect(valuesOf(backbone)).toEqual(before);
    expect(Array.from(model.getLayer('head').weights[0]!.value.dataSync())).not.toEqual(head);
  });

  test('up to a layer, and back', () => {
    const model = base();
    expect(freeze(model, { upTo: 'norm' })).toBe(2);
    expect(model.trainableWeights.map(({ path }) => path)).toEqual(['base/last/kernel', 'base/last/bias']);
    expect(unfreeze(model, { from: 1, where: (layer) => !(layer instanceof layers.BatchNormalization) })).toBe(1);
    expect(unfreeze(model)).toBe(3);
    expect(model.trainableWeights).toHaveLength(6);
  });

  test('a layer that is not there is named with the nearest', () => {
    expect(() => freeze(base(), { upTo: 'lsat' })).toThrow(
      "Unknown layer of model 'base': 'lsat'. Did you mean 'last'?",
    );
  });
});

describe('featureExtractor', () => {
  test('computes the output of an inner layer, with shared weights', async () => {
    const model = base();
    const features = featureExtractor(model, { layer: 'first' });
    expect(features.outputShapes).toEqual([[null, 6]]);
    expect(features.weights[0]).toBe(model.weights[0]);
    const x = ops.ones([2, 4]);
    const expected = model.getLayer('first').apply(x);
    expect((await features.predict(x)).arraySync()).toEqual(expected.arraySync());
  });

  test('of a functional model, several layers at once', async () => {
    const model = base();
    const functional = makeModel({ inputs: model.inputs!, outputs: model.outputs! });
    const features = featureExtractor(functional, { layer: ['first', 'norm'] });
    const outputs = await features.predict<readonly Tensor[]>(ops.ones([2, 4]));
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [2, 6],
      [2, 6],
    ]);
  });

  test('a subclassed model has no graph', () => {
    class Twice extends Model {
      readonly inner = layers.dense({ units: 4, name: 'inner' });
      override call(x: Tensor): Tensor {
        return this.inner.apply(x);
      }
    }
    expect(() => featureExtractor(new Twice({ name: 'twice' }), { layer: 'inner' })).toThrow(
      "Model 'twice' has no graph",
    );
  });
});
