import { cpu } from '@capas/backend-cpu';
import { scope, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Layer } from '../layer.ts';
import { Dense, Dropout, input, Rescaling } from '../layers/index.ts';
import { type Functional, model as functional } from '../models/functional.ts';
import { Sequential } from '../models/sequential.ts';
import { serializeLayer } from './model-config.ts';
import { type KerasObject, revive, reviveModel } from './revive.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

/** A layer as Python Keras writes it. */
const denseObject = (name: string, units: number, more: object = {}): KerasObject => ({
  class_name: 'Dense',
  config: {
    name,
    trainable: true,
    dtype: { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' }, registered_name: null },
    units,
    activation: 'linear',
    use_bias: false,
    kernel_initializer: { module: 'keras.initializers', class_name: 'Ones', config: {}, registered_name: null },
    kernel_regularizer: null,
    ...more,
  },
  name,
});

const inputObject = (name: string, size: number): KerasObject => ({
  class_name: 'InputLayer',
  config: { batch_shape: [null, size], dtype: 'float32', sparse: false, name },
  name,
  inbound_nodes: [],
});

const tensor = (...history: [string, number, number]): object => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 1], dtype: 'float32', keras_history: history },
});

describe('layers', () => {
  test('get the options of their config in our spelling', () => {
    const layer = revive(denseObject('top', 3, { activation: 'relu' }));
    expect(layer).toBeInstanceOf(Dense);
    expect(layer.config).toMatchObject({ name: 'top', units: 3, activation: 'relu', useBias: false, dtype: 'float32' });
    scope(() => void expect(layer([[2, -3]]).arraySync()).toEqual([[0, 0, 0]]));
  });

  test('null options are left at none', () => {
    const dropout = revive({
      class_name: 'Dropout',
      config: { name: 'drop', rate: 0.5, seed: null, noise_shape: null },
    });
    expect(dropout).toBeInstanceOf(Dropout);
    scope(() => void expect(dropout([[1]]).arraySync()).toEqual([[1]]));
  });

  test('an unknown class suggests the nearest', () => {
    expect(() => revive({ class_name: 'Dence', config: {} })).toThrow(
      "Unknown layer class: 'Dence'. Did you mean 'Dense'",
    );
    expect(() => revive({ class_name: 'dense', config: { units: 1 } })).toThrow("Unknown layer class: 'dense'");
  });
});

describe('models', () => {
  test('a Sequential with its input, or with the shape it was built for', () => {
    const config = {
      name: 'stack',
      trainable: true,
      layers: [inputObject('in', 2), denseObject('a', 3), denseObject('b', 1)],
    };
    const model = reviveModel({ class_name: 'Sequential', config });
    expect(model).toBeInstanceOf(Sequential);
    expect(model.weights.map(({ path }) => path)).toEqual(['stack/a/kernel', 'stack/b/kernel']);
    // (1 + 2) · 3
    scope(() => void expect(model([[1, 2]]).arraySync()).toEqual([[9]]));
    const later = { name: 'late', layers: [denseObject('a', 3)], build_input_shape: [null, 5] };
    expect(reviveModel({ class_name: 'Sequential', config: later }).weights[0]!.shape).toEqual([5, 3]);
  });

  test('a Functional with a shared layer, two inputs and outputs by list', () => {
    const shared = {
      ...denseObject('shared', 1),
      inbound_nodes: [
        { args: [tensor('a', 0, 0)], kwargs: {} },
        { args: [tensor('b', 0, 0)], kwargs: {} },
      ],
    };
    const add = {
      class_name: 'Add',
      config: { name: 'add', trainable: true, dtype: 'float32' },
      name: 'add',
      inbound_nodes: [{ args: [[tensor('shared', 0, 0), tensor('shared', 1, 0)]], kwargs: {} }],
    };
    const model = reviveModel({
      class_name: 'Functional',
      config: {
        name: 'net',
        layers: [inputObject('a', 2), inputObject('b', 2), shared, add],
        input_layers: [
          ['a', 0, 0],
          ['b', 0, 0],
        ],
        output_layers: [['add', 0, 0]],
      },
    });
    expect(model.name).toBe('net');
    expect(model.inputNames).toEqual(['a', 'b']);
    expect(model.weights).toHaveLength(1);
    scope(() => {
      const [sum] = model.apply([toTensor([[1, 2]]), toTensor([[3, 4]])]) as unknown as Tensor[];
      expect(sum!.arraySync()).toEqual([[10]]);
    });
  });

  test('calls are made in the order in which their inputs are there', () => {
    const node = (...history: [string, number, number]) => [{ args: [tensor(...history)], kwargs: {} }];
    const config = {
      name: 'net',
      layers: [
        { ...denseObject('last', 1), inbound_nodes: node('first', 0, 0) },
        inputObject('in', 2),
        { ...denseObject('first', 2), inbound_nodes: node('in', 0, 0) },
      ],
      input_layers: ['in', 0, 0],
      output_layers: ['last', 0, 0],
    };
    const model = reviveModel({ class_name: 'Functional', config });
    scope(() => void expect(model([[1, 2]]).arraySync()).toEqual([[6]]));
  });

  test('other arguments of a call are its options: a Dropout that is always in training', () => {
    const drop = {
      class_name: 'Dropout',
      config: { name: 'drop', rate: 0.5 },
      name: 'drop',
      inbound_nodes: [{ args: [tensor('in', 0, 0)], kwargs: { training: true, mask: null } }],
    };
    const config = {
      name: 'net',
      layers: [inputObject('in', 2), drop],
      input_layers: ['in', 0, 0],
      output_layers: ['drop', 0, 0],
    };
    const model = reviveModel({ class_name: 'Functional', config });
    // each number is dropped, or doubled
    scope(() => void expect(model.apply([[1, 2]]).arraySync()).not.toEqual([[1, 2]]));
  });

  test('a layer that is missing is named', () => {
    const config = {
      name: 'net',
      layers: [inputObject('in', 2), { ...denseObject('out', 1), inbound_nodes: [{ args: [tensor('gone', 0, 0)] }] }],
      input_layers: ['in', 0, 0],
      output_layers: ['out', 0, 0],
    };
    expect(() => revive({ class_name: 'Functional', config })).toThrow(
      "Functional 'net': the config has a cycle or a missing layer at 'out'.",
    );
  });
});

describe('a functional model that is a layer', () => {
  const half = (): Functional => {
    const x = input({ shape: [2], name: 'x' });
    return functional({ inputs: x, outputs: new Rescaling({ scale: 0.5, name: 'scale' })(x), name: 'half' });
  };

  test('is counted from 1 among the outputs of the model around it', () => {
    const inner = half();
    const x = input({ shape: [2], name: 'outer_x' });
    const first = inner(x);
    const model = functional({ inputs: x, outputs: [first, inner(first)] });
    const object = serializeLayer(model as unknown as Layer);
    expect(object.config.output_layers).toEqual([
      ['half', 1, 0],
      ['half', 2, 0],
    ]);
    const [a, b] = scope(() => {
      const outputs = reviveModel(object).apply(toTensor([[4, 8]])) as unknown as Tensor[];
      return outputs.map((output) => output.arraySync());
    });
    expect([a, b]).toEqual([[[2, 4]], [[1, 2]]]);
  });

  test('a call that is not there is named', () => {
    const inner = half();
    const x = input({ shape: [2] });
    const object = serializeLayer(functional({ inputs: x, outputs: inner(x), name: 'net' }) as unknown as Layer);
    const config = { ...object.config, output_layers: ['half', 3, 0] };
    expect(() => reviveModel({ ...object, config })).toThrow("Functional 'net': the config has no call 'half,3,0'.");
  });
});
