import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend, Variable } from '@capas/core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { learningRateScheduler } from '../callbacks/index.ts';
import { layers, loadModel, type Sequential, sequential } from '../index.ts';
import { clearSession } from '../naming.ts';
import { deserializeKerasObject, serializeKerasObject } from '../saving/keras-object.ts';
import {
  adagrad,
  adam,
  getOptimizer,
  lion,
  lossScaleOptimizer,
  MultiOptimizer,
  multiOptimizer,
  type Optimizer,
  OptimizerMap,
  rmsprop,
  sgd,
} from './index.ts';

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

beforeEach(clearSession);

const x = [
  [1, 2, 3],
  [0, 1, -1],
  [2, -1, 0.5],
  [1, 1, 1],
];
const y = [[1], [0], [0.5], [-1]];

function network(optimizer: Optimizer, jitCompile: boolean): Sequential {
  const encoder = layers.dense({ units: 2, activation: 'tanh', name: 'encoder', inputShape: [3] });
  const model = sequential([encoder, layers.dense({ units: 1, name: 'head' })], { name: 'm' });
  const kernels = [
    [
      [0.5, -0.25],
      [0.1, 0.3],
      [-0.2, 0.4],
    ],
    [[0.6], [-0.7]],
  ] as const;
  model.setWeights([kernels[0], [0.1, -0.1], kernels[1], [0.05]]);
  model.compile({ optimizer, loss: 'meanSquaredError', jitCompile });
  return model;
}

/** The losses of some epochs. */
async function train(model: Sequential, epochs: number): Promise<number[]> {
  const { history } = await model.fit(x, y, { batchSize: 2, shuffle: false, verbose: 0, epochs });
  return history.loss!;
}

const byPath = (): Optimizer =>
  multiOptimizer({
    name: 'multi',
    optimizerMap: new OptimizerMap({
      defaultOptimizer: sgd({ learningRate: 0.1, momentum: 0.9, name: 'sgd' }),
      optimizerMap: { '.*encoder/.*': adam({ learningRate: 0.05, name: 'adam' }) },
    }),
  });

const scaled = (): Optimizer =>
  multiOptimizer({
    lossScaleFactor: 8,
    optimizerMap: new OptimizerMap({
      defaultOptimizer: sgd({ learningRate: 0.1, lossScaleFactor: 4, weightDecay: 0.1 }),
      optimizerMap: { '.*bias': rmsprop({ learningRate: 0.01, clipnorm: 0.5, useEma: true }) },
    }),
  });

function byFunction(): Optimizer {
  const kernels = adagrad({ learningRate: 0.1, gradientAccumulationSteps: 2 });
  const biases = lion({ learningRate: 0.01 });
  return multiOptimizer({ optimizerMap: ({ name }) => (name === 'kernel' ? kernels : biases) });
}

const inLossScale = (): Optimizer =>
  lossScaleOptimizer({
    initialScale: 2 ** 126,
    dynamicGrowthSteps: 2,
    innerOptimizer: multiOptimizer({
      optimizerMap: new OptimizerMap({
        defaultOptimizer: sgd({ learningRate: 0.1 }),
        optimizerMap: { '.*bias': adam({ learningRate: 0.05 }) },
      }),
    }),
  });

const scalarsOf = (optimizer: Optimizer): [string, number][] =>
  optimizer.variables.flatMap((variable) =>
    variable.shape.length === 0 ? [[variable.path, variable.value.dataSync()[0]!] as [string, number]] : [],
  );

describe.each([
  ['op by op', false],
  ['compiled', true],
])('as Keras, %s', (_, jit) => {
  // losses of three epochs, and the last kernel and bias, from Keras 3.15.1
  test.each<[string, () => Optimizer, number[], number[]]>([
    [
      'a map by paths',
      byPath,
      [1.1127493381500244, 0.6862473487854004, 0.5935425758361816],
      [0.17711111903190613, 0.20592784881591797, -0.21757620573043823],
    ],
    [
      'a factor of the loss, and averages',
      scaled,
      [1.116431474685669, 0.7279363870620728, 0.6703786849975586],
      [0.3954511880874634, -0.4461885690689087, 0.08091370016336441],
    ],
    [
      'a function',
      byFunction,
      [0.9201003313064575, 0.7056480050086975, 0.6348263025283813],
      [0.4878862798213959, -0.5288862586021423, 0.05000000447034836],
    ],
    [
      'inside of LossScaleOptimizer',
      inLossScale,
      [1.1330559253692627, 0.7144100069999695, 0.5718748569488525],
      [0.4298175573348999, -0.5257247090339661, 0.06672529131174088],
    ],
  ])('%s', async (_name, make, losses, head) => {
    const model = network(make(), jit);
    const found = await train(model, 3);
    for (const [i, loss] of losses.entries()) expect(found[i]).toBeCloseTo(loss, 5);
    const weights = model.weights.slice(2).flatMap(({ value }) => [...value.dataSync()]);
    for (const [i, weight] of head.entries()) expect(weights[i]).toBeCloseTo(weight, 5);
    model.dispose();
  });

  test('goes on after it was saved', async () => {
    const model = network(byPath(), jit);
    await train(model, 3);
    const files: Uint8Array[] = [];
    await model.save({ write: async (bytes) => void files.push(bytes) });
    const loaded = (await loadModel(files[0]!)) as unknown as Sequential;
    expect(loaded.optimizer.variables.map(({ path }) => path)).toEqual(
      model.optimizer.variables.map(({ path }) => path),
    );
    for (const each of [model, loaded]) {
      const losses = await train(each, 2);
      expect(losses[0]).toBeCloseTo(0.6587895154953003, 5);
      expect(losses[1]).toBeCloseTo(0.6777210831642151, 5);
    }
  });
});

test('variables and iterations as in Keras', async () => {
  const model = network(byPath(), false);
  await train(model, 3);
  expect(model.optimizer.variables.map(({ path }) => path)).toEqual([
    'multi/iteration',
    'multi/learning_rate',
    'adam/iteration',
    'adam/learning_rate',
    'adam/m_encoder_kernel_momentum',
    'adam/m_encoder_kernel_velocity',
    'adam/m_encoder_bias_momentum',
    'adam/m_encoder_bias_velocity',
    'sgd/iteration',
    'sgd/learning_rate',
    'sgd/m_head_kernel_momentum',
    'sgd/m_head_bias_momentum',
  ]);
  expect(scalarsOf(model.optimizer)).toEqual([
    ['multi/iteration', 6],
    ['multi/learning_rate', 0],
    ['adam/iteration', 6],
    ['adam/learning_rate', Math.fround(0.05)],
    ['sgd/iteration', 6],
    ['sgd/learning_rate', Math.fround(0.1)],
  ]);
});

test('is written as Keras writes it, and made again', () => {
  const written = serializeKerasObject(scaled()) as { readonly config: Readonly<Record<string, unknown>> };
  expect(written).toMatchObject({ module: 'keras.optimizers', class_name: 'MultiOptimizer', registered_name: null });
  expect(Object.keys(written.config)).toEqual(['optimizer_map', 'loss_scale_factor', 'name']);
  expect(written.config['optimizer_map']).toMatchObject({
    module: 'keras.optimizers',
    class_name: 'OptimizerMap',
    config: {
      // that of the optimizer around it
      default_optimizer: { class_name: 'SGD', config: { loss_scale_factor: 8 } },
      optimizer_map: { '.*bias': { class_name: 'RMSprop', config: { use_ema: true } } },
    },
  });
  expect(serializeKerasObject(deserializeKerasObject(written) as object)).toEqual(written);
  expect(getOptimizer(written as never)).toBeInstanceOf(MultiOptimizer);
});

test('a schedule that is set on an optimizer inside counts in the next step', async () => {
  const runs = [false, true].map(async (jit) => {
    const optimizer = byPath();
    const model = network(optimizer, jit);
    await train(model, 1);
    const [, inner] = optimizer.innerOptimizers;
    inner!.learningRate = { className: 'ExponentialDecay', config: { initialLearningRate: 0.01, decaySteps: 1, decayRate: 0.5 } } as never; // biome-ignore format: one line
    return train(model, 2);
  });
  const [eager, compiled] = await Promise.all(runs);
  for (const [i, loss] of eager!.entries()) expect(compiled![i]).toBeCloseTo(loss, 5);
});

describe('OptimizerMap', () => {
  const [plain, first, second] = [sgd(), sgd(), sgd()];

  test('the path itself, else the one expression that fits it all, else the default', () => {
    const map = new OptimizerMap({ defaultOptimizer: plain, optimizerMap: { 'encoder/.*': first } });
    map.set('encoder/dense', second);
    expect(map.get('encoder/dense')).toBe(second);
    expect(map.get('encoder/dense/kernel')).toBe(first);
    expect(map.get('my/encoder/dense')).toBe(plain);
    expect(map.get('encoder')).toBe(plain);
    const variable = new Variable({ name: 'w', path: 'encoder/w', shape: [], initializer: () => toTensor(0) });
    expect(map.call(variable)).toBe(first);
    expect([...map].map(([key]) => key)).toEqual(['encoder/.*', 'encoder/dense']);
    expect([map.delete('encoder/.*'), map.delete('encoder/.*'), map.size]).toEqual([true, false, 1]);
    expect(map.get('encoder/dense/kernel')).toBe(plain);
  });

  test.each<[string, () => unknown]>([
    [
      "OptimizerMap: several keys fit 'a/b': 'a/.*', '.*/b'.",
      () => new OptimizerMap({ defaultOptimizer: plain, optimizerMap: { 'a/.*': first, '.*/b': second } }).get('a/b'),
    ],
    [
      "OptimizerMap: `key` must be new. Received: 'a'.",
      () => new OptimizerMap({ defaultOptimizer: plain, optimizerMap: { a: first } }).set('a', second),
    ],
    [
      "OptimizerMap: `key` must be a path or a regular expression. Received: '('.",
      () => new OptimizerMap({ defaultOptimizer: plain }).set('(', first),
    ],
    [
      "OptimizerMap: `defaultOptimizer` must be an optimizer. Received: 'adam'.",
      () => new OptimizerMap({ defaultOptimizer: 'adam' as never }),
    ],
    [
      'OptimizerMap: `optimizer` must be an optimizer that has none in it.',
      () => new OptimizerMap({ defaultOptimizer: plain }).set('a', lossScaleOptimizer({ innerOptimizer: sgd() })),
    ],
    [
      'MultiOptimizer: `optimizerMap` must be an OptimizerMap or a function. Received: {}.',
      () => multiOptimizer({ optimizerMap: {} as never }),
    ],
    ["Optimizer 'multi': it has no learning rate.", () => byPath().learningRate],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });
});

test('callbacks that set the learning rate are refused', async () => {
  const model = network(byPath(), false);
  const callbacks = learningRateScheduler({ schedule: () => 0.1 });
  const run = model.fit(x, y, { verbose: 0, callbacks });
  await expect(run).rejects.toThrow("Optimizer 'multi': it has no learning rate.");
});

test('a function whose optimizer is none', () => {
  const optimizer = multiOptimizer({ name: 'multi', optimizerMap: () => 'sgd' as never });
  const variable = new Variable({ name: 'w', shape: [], initializer: () => toTensor(0) });
  expect(() => scope(() => optimizer.apply([toTensor(1)], [variable]))).toThrow(
    "Optimizer 'multi': `optimizer of 'w'` must be an optimizer. Received: 'sgd'.",
  );
});
