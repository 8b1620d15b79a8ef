import { cpu } from '@capas/backend-cpu';
import { ops, scope, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  activations,
  constraints,
  deserializeKerasObject,
  initializers,
  layers,
  losses,
  metrics,
  optimizers,
  registerKerasSerializable,
  regularizers,
  schedules,
  sequential,
  serializeKerasObject,
} from '../index.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const schedule = schedules.exponentialDecay({ initialLearningRate: 0.5, decaySteps: 10, decayRate: 0.5 });

describe.each<[string, string, object, object]>([
  ['initializers', 'RandomNormal', initializers.randomNormal({ stddev: 0.1, seed: 3 }), { stddev: 0.1, seed: 3 }],
  ['regularizers', 'L2', regularizers.l2({ l2: 0.5 }), { l2: 0.5 }],
  ['constraints', 'MaxNorm', constraints.maxNorm({ maxValue: 3 }), { max_value: 3 }],
  ['optimizers', 'SGD', optimizers.sgd({ momentum: 0.5 }), { momentum: 0.5 }],
  ['optimizers.schedules', 'ExponentialDecay', schedule, { initial_learning_rate: 0.5, decay_steps: 10 }],
  ['losses', 'Huber', losses.huber({ delta: 2 }), { delta: 2 }],
  ['metrics', 'Recall', metrics.recall({ topK: 3 }), { top_k: 3 }],
  ['layers', 'Dense', layers.dense({ units: 3, kernelRegularizer: 'l2' }), { units: 3 }],
])('%s', (module, className, thing, config) => {
  test('as Keras writes them, and back', () => {
    const written = serializeKerasObject(thing);
    expect(written).toMatchObject({ module: `keras.${module}`, class_name: className, registered_name: null, config });
    const back = deserializeKerasObject(written) as object;
    expect(back).toBeInstanceOf(thing.constructor);
    expect(serializeKerasObject(back)).toEqual(written);
  });

  test('a class that is not there', () => {
    expect(() => deserializeKerasObject({ module: `keras.${module}`, class_name: 'Nothing', config: {} })).toThrow(
      "'Nothing'",
    );
  });

  test('a class of your own, given or registered', () => {
    class Mine extends (thing.constructor as new (config: object) => object) {}
    const { config: given } = serializeKerasObject(thing) as { readonly config: object };
    const written = { module: 'mine', class_name: 'Mine', config: given };
    expect(deserializeKerasObject(written, { Mine })).toBeInstanceOf(Mine);
    registerKerasSerializable(Mine, { package: module, name: 'Mine' });
    const registered = { ...written, module: module, registered_name: `${module}>Mine` };
    expect(deserializeKerasObject(registered)).toBeInstanceOf(Mine);
  });
});

test('activations are names, or functions that are given or registered', () => {
  expect(serializeKerasObject(activations.logSoftmax)).toBe('log_softmax');
  expect(deserializeKerasObject('log_softmax')).toBe(activations.logSoftmax);
  const twice = (x: Tensor): Tensor => ops.multiply(x, 2);
  expect(() => serializeKerasObject(twice)).toThrow(/registerKerasSerializable/);
  expect(deserializeKerasObject('twice', { twice })).toBe(twice);
  registerKerasSerializable(twice as never);
  expect(deserializeKerasObject(serializeKerasObject(twice))).toBe(twice);
});

test('models are layers', () => {
  const written = serializeKerasObject(sequential([layers.dense({ units: 2, inputShape: [3], activation: 'relu' })]));
  const back = deserializeKerasObject(written) as (x: Tensor) => Tensor;
  expect(scope(() => back(toTensor([[1, 2, 3]])).shape)).toEqual([1, 2]);
});
