import { cpu } from '@capas/backend-cpu';
import { memory, ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { batchNormalization, dense, dropout, flatten, input } from '../layers/index.ts';
import { clearSession } from '../naming.ts';
import { Sequential, sequential } from './sequential.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
beforeEach(clearSession);

const paths = (model: Sequential): string[] => model.weights.map(({ path }) => path);

describe('building', () => {
  test('at once, from the inputShape of the first layer; names and paths are those of Keras', () => {
    const model = sequential([dense({ units: 8, inputShape: [4] }), dense({ units: 1 })]);
    expect(model.built).toBe(true);
    expect(model.name).toBe('sequential');
    expect(model.layers.map(({ name }) => name)).toEqual(['dense', 'dense_1']);
    expect(paths(model)).toEqual([
      'sequential/dense/kernel',
      'sequential/dense/bias',
      'sequential/dense_1/kernel',
      'sequential/dense_1/bias',
    ]);
    expect([model.inputShapes, model.outputShapes]).toEqual([[[null, 4]], [[null, 1]]]);
    expect(sequential().name).toBe('sequential_1');
  });

  test.each([
    ['an input in the list', () => sequential([input({ shape: [4] }), dense({ units: 2 })])],
    ['batchInputShape', () => sequential([dense({ units: 2, batchInputShape: [null, 4] })])],
    ['layers as an option', () => sequential({ layers: [dense({ units: 2, inputShape: [4] })], name: 'sequential' })],
    ['a flatten first', () => sequential([flatten({ inputShape: [2, 2] }), dense({ units: 2 })])],
  ])('at once, from %s', (_, make) => {
    const model = make();
    expect(model.built).toBe(true);
    expect(model.outputShapes).toEqual([[null, 2]]);
    expect(paths(model)).toEqual(['sequential/dense/kernel', 'sequential/dense/bias']);
  });

  test('later, when it first sees data', () => {
    const model = sequential([dense({ units: 8 }), dense({ units: 1 })]);
    expect([model.built, model.weights.length, model.outputShapes]).toEqual([false, 0, undefined]);
    scope(() => void expect(model([[1, 2, 3]]).shape).toEqual([1, 1]));
    expect(model.built).toBe(true);
    expect(model.outputShapes).toEqual([[null, 1]]);
    expect(paths(model)[0]).toBe('sequential/dense/kernel');
    scope(() => void expect(model(ops.ones([7, 3])).shape).toEqual([7, 1])); // any other batch size
  });

  test('later, by build or computeOutputShape with a shape', () => {
    const model = sequential([dense({ units: 8 })]);
    expect(model.computeOutputShape([null, 3])).toEqual([null, 8]);
    expect(model.built).toBe(false);
    model.ensureBuilt([null, 3]);
    expect(model.weights[0]!.shape).toEqual([3, 8]);
  });

  test('an inner model is built with the outer one', () => {
    const model = sequential([sequential([dense({ units: 2 })], { name: 'inner' }), dense({ units: 1 })], {
      name: 'outer',
    });
    model.ensureBuilt([null, 3]);
    expect(paths(model)).toEqual([
      'outer/inner/dense/kernel',
      'outer/inner/dense/bias',
      'outer/dense_1/kernel',
      'outer/dense_1/bias',
    ]);
  });
});

test('an inner model that is built builds the outer one', () => {
  const inner = sequential([dense({ units: 2, inputShape: [3] })], { name: 'inner' });
  const model = sequential([inner, dense({ units: 1 })], { name: 'outer' });
  expect(model.built).toBe(true);
  expect(model.outputShapes).toEqual([[null, 1]]);
  expect(paths(model).slice(2)).toEqual(['outer/dense_1/kernel', 'outer/dense_1/bias']);
});

describe('add and pop', () => {
  test('add extends a model that is built', () => {
    const model = sequential([dense({ units: 8, inputShape: [4] })]);
    model.add(dense({ units: 3 }));
    expect(model.outputShapes).toEqual([[null, 3]]);
    expect(model.weights).toHaveLength(4);
  });

  test('add builds up a model from nothing', () => {
    const model = sequential();
    model.add(input({ shape: [4] }));
    model.add(dense({ units: 2 }));
    expect(model.outputShapes).toEqual([[null, 2]]);
  });

  test('pop takes the last layer off, with its weights', () => {
    const last = dense({ units: 3 });
    const model = sequential([dense({ units: 8, inputShape: [4] }), last]);
    expect(model.pop()).toBe(last);
    expect(model.outputShapes).toEqual([[null, 8]]);
    expect(model.weights).toHaveLength(2);
    model.add(dense({ units: 5 }));
    scope(() => void expect(model(ops.ones([2, 4])).shape).toEqual([2, 5]));
  });

  test('pop leaves the input, and gives nothing where nothing is', () => {
    const model = sequential([input({ shape: [4] }), dense({ units: 8 })]);
    model.pop();
    expect(model.pop()).toBeUndefined();
    model.add(dense({ units: 1 }));
    expect(model.outputShapes).toEqual([[null, 1]]);
  });
});

describe('use', () => {
  test('computes layer after layer', () => {
    const model = sequential([
      dense({ units: 1, useBias: false, inputShape: [2], kernelInitializer: 'ones' }),
      dense({ units: 1, kernelInitializer: { className: 'Constant', config: { value: 3 } }, biasInitializer: 'ones' }),
    ]);
    // 3 · (1 + 2) + 1
    scope(() => void expect(model([[1, 2]]).arraySync()).toEqual([[10]]));
  });

  test('training reaches the layers', () => {
    const model = sequential([dropout({ rate: 1, inputShape: [2] })]);
    scope(() => {
      expect(model([[1, 2]], { training: true }).arraySync()).toEqual([[0, 0]]);
      expect(model([[1, 2]]).arraySync()).toEqual([[1, 2]]);
    });
  });

  test('frozen from the start: all its layers are', () => {
    const model = sequential([batchNormalization({ inputShape: [2] }), dense({ units: 1 })], { trainable: false });
    expect(model.layers.map(({ trainable }) => trainable)).toEqual([false, false]);
    expect(model.trainableWeights).toEqual([]);
  });

  test('dispose frees the weights', () => {
    const { tensors } = memory();
    const model = sequential([dense({ units: 8, inputShape: [4] }), dense({ units: 1 })]);
    scope(() => void model(ops.ones([1, 4])));
    expect(memory().tensors).toBe(tensors + 4);
    model.dispose();
    expect(memory().tensors).toBe(tensors);
  });
});

describe('refuses', () => {
  test('to be used without layers', () => {
    expect(() => sequential([], { name: 'empty' }).apply(toTensor([[1]]))).toThrow(
      "Sequential 'empty' has no layers: add some before it is used.",
    );
  });

  test('layers with the same name', () => {
    expect(() => sequential([dense({ units: 1, name: 'a' }), dense({ units: 1, name: 'a' })])).toThrow(
      "Sequential: `layers` must be a list of layers with different names: 'a' is there twice. Received: 'a'. Give one a `name`.",
    );
    const layer = dense({ units: 1 });
    const model = sequential([layer]);
    expect(() => model.add(layer)).toThrow("'dense' is there twice");
    expect(model.layers).toEqual([layer]);
  });

  test('what is no layer', () => {
    expect(() => sequential(['dense' as never])).toThrow(
      "Sequential: `layers` must be a list of layers. Received: 'dense'.",
    );
    expect(() => new Sequential([{ units: 3 } as never])).toThrow(
      'Sequential: `layers` must be a list of layers. Received: {"units":3}.',
    );
  });

  test('an input behind a layer', () => {
    expect(() => sequential([dense({ units: 1 }), input({ shape: [1], name: 'late' })])).toThrow(
      "Sequential: `layers` must be a list with an input only at its start. Received: 'late'.",
    );
  });

  test('several inputs', () => {
    expect(() => sequential([dense({ units: 1 })], { name: 'one' }).apply([toTensor([[1]]), toTensor([[1]])])).toThrow(
      "Sequential 'one' takes one input. Received: 2.",
    );
  });

  test('data of another shape', () => {
    const model = sequential([dense({ units: 1, inputShape: [4] })], { name: 'four' });
    expect(() => model.apply(toTensor([[1, 2, 3]]))).toThrow(
      "Model 'four': input 'input_layer' must have the shape [null, 4]. Received: [1, 3].",
    );
  });

  test('layers that do not fit together: the layer is named', () => {
    expect(() =>
      sequential([dense({ units: 2, inputShape: [4] }), dense({ units: 1, name: 'next' }), flatten(), 3 as never]),
    ).toThrow('Received: 3.');
    const built = dense({ units: 1, name: 'built' });
    built.ensureBuilt([null, 9]);
    expect(() => sequential([dense({ units: 2, inputShape: [4] }), built])).toThrow(
      "Layer 'built' expects an input whose axis -1 has size 9. Received: input of shape [null, 2].",
    );
  });
});
