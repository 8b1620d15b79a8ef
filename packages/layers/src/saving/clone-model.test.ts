import { cpu } from '@capas/backend-cpu';
import { ops, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Layer } from '../layer.ts';
import { add, type DenseConfig, dense, dropout, input, lambda } from '../layers/index.ts';
import { model as functional } from '../models/functional.ts';
import { Model } from '../models/model.ts';
import { sequential } from '../models/sequential.ts';
import { forked, x, y } from '../testing/small-models.ts';
import { cloneModel } from './clone-model.ts';
import { modelFromJSON } from './model-from-json.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const outputs = async (model: Model, data: unknown = x): Promise<number[]> => {
  const result = await model.predict<Tensor | Tensor[]>(data as never);
  return [result].flat().flatMap((tensor) => Array.from(tensor.dataSync()));
};

const copyWeights = (from: Model, to: Model): void => to.setWeights(from.getWeights());

/** A shared layer, a layer of two inputs, a model in it, a function. */
function net(): Model {
  const [a, b] = [input({ shape: [2], name: 'a' }), input({ shape: [2], name: 'b' })];
  const shared = dense({ units: 2, name: 'shared' });
  const [p, q] = forked()([shared(a), shared(b)]) as unknown as never[];
  const sum = add({ name: 'sum_of_both' })([p!, q!]);
  return functional({ inputs: { a, b }, outputs: lambda((t: Tensor) => ops.multiply(t, 2))(sum), name: 'net' });
}

describe('cloneModel', () => {
  test('gives new layers of the same options, wired the same way, with new weights', async () => {
    const model = net();
    const clone = cloneModel(model);
    expect(clone.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
    expect(clone.layers.filter((layer) => model.layers.includes(layer))).toEqual([]);
    expect(clone.name).toBe('net');
    expect(clone.countParams()).toBe(model.countParams());
    const data = { a: x, b: x.map((value) => value + 1) };
    expect(await outputs(clone, data)).not.toEqual(await outputs(model, data));
    copyWeights(model, clone);
    expect(await outputs(clone, data)).toEqual(await outputs(model, data));
    model.dispose();
    expect((await outputs(clone, data)).length).toBe(10);
  });

  test('of a Sequential, built or not; whether layers are trained comes along', () => {
    const model = sequential([dense({ units: 2, inputShape: [2] }), dropout({ rate: 0.5 })]);
    model.layers[0]!.trainable = false;
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const clone = cloneModel(model);
    expect([clone.built, clone.isCompiled, clone.layers[0]!.trainable]).toEqual([true, false, false]);
    expect(clone.inputShapes).toEqual([[null, 2]]);
    expect(cloneModel(sequential([dense({ units: 2 })])).built).toBe(false);
  });

  test('`cloneFunction` makes each layer once, also a shared one; inputs are not its business', () => {
    const seen: string[] = [];
    const cloneFunction = (layer: Layer): Layer => {
      seen.push(layer.name);
      return layer;
    };
    const model = net();
    cloneModel(model, { cloneFunction });
    expect(seen.sort()).toEqual(
      model.layers
        .map(({ name }) => name)
        .filter((name) => !/^[ab]$/.test(name))
        .sort(),
    );
    seen.length = 0;
    cloneModel(model, { cloneFunction, recursive: true });
    expect(seen).toContain('diff');
    expect(() => cloneModel(model, { cloneFunction: () => 3 as never })).toThrow(
      '`cloneFunction` must be a function to layers',
    );
  });

  test('is built on `inputTensors`', async () => {
    const model = functional(((i) => ({ inputs: i, outputs: dense({ units: 1 })(i) }))(input({ shape: [2] })));
    const other = input({ shape: [2], name: 'other' });
    const clone = cloneModel(model, { inputTensors: other });
    expect(clone.inputs).toBe(other);
    copyWeights(model, clone);
    expect(await outputs(clone)).toEqual(await outputs(model));
    expect(() => cloneModel(model, { inputTensors: [other, other] })).toThrow('must be 1 symbolic tensors');
  });

  test('of a subclassed model is made by its class; it has no graph to follow', () => {
    class Own extends Model {
      static override readonly className = 'Own';
      readonly dense = dense({ units: 1 });
      override call(inputs: Tensor): Tensor {
        return this.dense.apply(inputs);
      }
    }
    const own = new Own();
    expect(cloneModel(own)).toBeInstanceOf(Own);
    expect(() => cloneModel(own, { cloneFunction: (layer) => layer })).toThrow('is subclassed, so it has no graph');
  });
});

describe('the config of a model', () => {
  test('as text makes a model like it, compiled like it', async () => {
    const model = sequential([dense({ units: 2, activation: 'relu', inputShape: [2] }), dense({ units: 1 })]);
    model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
    const text = JSON.stringify(model);
    expect(JSON.parse(text)).toMatchObject({
      module: 'keras',
      class_name: 'Sequential',
      compile_config: { loss: 'mse' },
    });
    const twin = modelFromJSON(text);
    copyWeights(model, twin);
    expect(await twin.evaluate(x, y, { verbose: 0 })).toEqual(await model.evaluate(x, y, { verbose: 0 }));
    expect(JSON.stringify(twin)).toBe(text);
    expect(modelFromJSON(model.toJSON()).layers.length).toBe(2);
  });

  test('of Keras 2 and of tfjs is taken too', () => {
    const config = { name: 's', layers: [{ class_name: 'Dense', config: { units: 3, batch_input_shape: [null, 2] } }] };
    const legacy = { class_name: 'Sequential', config, keras_version: '2.4.0', backend: 'tensorflow' };
    expect(modelFromJSON(legacy).outputShapes).toEqual([[null, 3]]);
    const layer = { class_name: 'Dense', config: { units: 1, activation: 'hard_sigmoid' } };
    const tfjs = {
      class_name: 'Sequential',
      config: { name: 's', layers: [layer] },
      keras_version: 'tfjs-layers 4.22.0',
    };
    const { activation } = modelFromJSON({ modelTopology: tfjs }).layers[0]!.config as DenseConfig;
    expect((activation as { name: string }).name).toBe('tfjsHardSigmoid');
  });

  test('with layers of yours', () => {
    class Mine extends Layer {
      static override readonly className = 'Mine';
      override call(inputs: Tensor): Tensor {
        return inputs;
      }
    }
    const text = JSON.stringify(sequential([new Mine()]));
    expect(() => modelFromJSON(text)).toThrow("Unknown layer class: 'Mine'");
    expect(modelFromJSON(text, { customObjects: { Mine } }).layers[0]).toBeInstanceOf(Mine);
  });

  test('what is none is refused', () => {
    expect(() => modelFromJSON('{')).toThrow('modelFromJSON: this is no JSON');
    expect(() => modelFromJSON({})).toThrow('modelFromJSON: this is no config of a model');
    expect(() => modelFromJSON(3 as never)).toThrow('`json` must be the config of a model');
  });
});
