import { cpu } from '@capas/backend-cpu';
import { memory, ops, type Tensor, toTensor, useBackend, Variable } from '@capas/core';
import { Tensor as EngineTensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { nonNeg } from '../constraints/index.ts';
import { exponentialDecay } from '../schedules/index.ts';
import { Weight } from '../weight.ts';
import { adam, adamW, getOptimizer, type OptimizerName, sgd } from './index.ts';

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

afterEach(() => {
  vi.restoreAllMocks();
});

const variable = (name: string, ...values: number[]): Variable =>
  new Variable({ name, shape: [values.length], initializer: () => toTensor(values) });

const valuesOf = (x: Variable): number[] => [...x.value.dataSync()];

const rateOf = (optimizer: { learningRate: Variable }): number => optimizer.learningRate.value.dataSync()[0]!;

const NAMES: readonly OptimizerName[] = [
  'adadelta',
  'adafactor',
  'adagrad',
  'adam',
  'adamW',
  'adamax',
  'ftrl',
  'lamb',
  'lion',
  'muon',
  'nadam',
  'rmsprop',
  'scheduleFreeAdamW',
  'sgd',
];

describe.each(NAMES)('%s', (name) => {
  const everything = {
    learningRate: 0.1,
    weightDecay: 0.01,
    clipnorm: 1,
    useEma: true,
    emaOverwriteFrequency: 2,
    lossScaleFactor: 2,
    gradientAccumulationSteps: 2,
  };

  test.each([{}, everything])('keeps no tensors and reads nothing back with %j', (config) => {
    const [w, b] = [variable('kernel', 1, 2, 3), variable('bias', 1)];
    using optimizer = getOptimizer({ className: name, config });
    const gradients = [toTensor([1, -2, 0.5]), toTensor([1])];
    optimizer.apply(gradients, [w, b]);
    const read = vi.spyOn(EngineTensor.prototype, 'dataSync');
    const { tensors, bytes } = memory();
    for (let step = 0; step < 4; step++) optimizer.apply(gradients, [w, b]);
    expect(memory()).toMatchObject({ tensors, bytes });
    expect(read).not.toHaveBeenCalled();
  });

  test('goes against the gradient', () => {
    const w = variable('kernel', 1, -1, 2);
    using optimizer = getOptimizer({ className: name, config: { learningRate: 0.01, weightDecay: 0 } });
    for (let step = 0; step < 3; step++) optimizer.apply([toTensor([1, -1, 2])], [w]);
    const [x, y, z] = valuesOf(w);
    // ftrl starts again from its sums, so it may pass 0
    expect([x! < 1, y! > -1, z! < 2]).toEqual([true, true, true]);
  });

  test('frees all it holds', () => {
    const { tensors } = memory();
    const w = variable('kernel', 1, -1, 2);
    const optimizer = getOptimizer(name);
    const gradient = toTensor([1, 1, 1]);
    optimizer.apply([gradient], [w]);
    optimizer.dispose();
    w.dispose();
    gradient.dispose();
    expect(memory().tensors).toBe(tensors);
  });
});

describe('one step by hand', () => {
  // w = 1, g = 0.5, learning rate 0.1
  test.each<[OptimizerName, object, number]>([
    ['sgd', {}, 0.95],
    ['sgd', { momentum: 0.9, nesterov: true }, 1 - 0.05 - 0.9 * 0.05],
    ['rmsprop', {}, 1 - 0.05 / Math.sqrt(0.1 * 0.25 + 1e-7)],
    ['rmsprop', { centered: true }, 1 - 0.05 / Math.sqrt(0.025 - 0.0025 + 1e-7)],
    ['adam', {}, 0.9],
    ['adam', { amsgrad: true }, 0.9],
    // the decay comes first: 1 − 0.1 · 0.004, then a step of 0.1
    ['adamW', {}, 0.8996],
    ['adagrad', {}, 1 - 0.05 / Math.sqrt(0.35)],
    ['adamax', {}, 0.9],
    ['lion', {}, 0.9],
    // the step is as long as 0.1 times the norm of w
    ['lamb', {}, 0.9],
  ])('%s %j', (className, config, expected) => {
    const w = variable('kernel', 1);
    using optimizer = getOptimizer({ className, config: { learningRate: 0.1, ...config } });
    optimizer.apply([toTensor([0.5])], [w]);
    expect(valuesOf(w)[0]).toBeCloseTo(expected, 4);
  });
});

describe('learning rate', () => {
  test('can be set before and after the first step', () => {
    const w = variable('kernel', 1);
    using optimizer = sgd({ learningRate: 1 });
    optimizer.learningRate = 0.5;
    optimizer.apply([toTensor([1])], [w]);
    expect(valuesOf(w)).toEqual([0.5]);
    optimizer.learningRate = 0.25;
    expect(rateOf(optimizer)).toBe(0.25);
    optimizer.apply([toTensor([1])], [w]);
    expect(valuesOf(w)).toEqual([0.25]);
  });

  test('comes from a schedule, by the iterations, and has no variable then', () => {
    const w = variable('kernel', 1);
    using optimizer = sgd({
      learningRate: exponentialDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: 0.5 }),
    });
    expect(optimizer.variables.map(({ name }) => name)).toEqual(['iteration']);
    optimizer.apply([toTensor([0.25])], [w]);
    expect(rateOf(optimizer)).toBe(0.5);
    optimizer.apply([toTensor([0.5])], [w]);
    expect(valuesOf(w)).toEqual([0.5]);
    expect(() => {
      optimizer.learningRate = 0.1;
    }).toThrow('its learning rate comes from a schedule and cannot be set to a number');
  });

  test('is no NaN, nor negative', () => {
    expect(() => sgd({ learningRate: Number.NaN })).toThrow('SGD: `learningRate` must be a number from 0');
    expect(() => sgd({ learningRate: 'fast' as never })).toThrow(
      "SGD: `learningRate` must be a number or a learning rate schedule. Received: 'fast'.",
    );
  });
});

describe('variables', () => {
  test('are named as in Keras', () => {
    const w = new Variable({ name: 'kernel', path: 'dense/kernel', shape: [1], initializer: () => toTensor([1]) });
    using optimizer = adam({ name: 'adam', useEma: true });
    optimizer.build([w]);
    expect(optimizer.variables.map(({ path }) => path)).toEqual([
      'adam/iteration',
      'adam/learning_rate',
      'adam/dense_kernel_average',
      'adam/dense_kernel_momentum',
      'adam/dense_kernel_velocity',
    ]);
  });

  test('with a constraint keep to it', () => {
    const w = new Weight({ name: 'kernel', shape: [2], initializer: () => toTensor([1, 1]), constraint: nonNeg() });
    using optimizer = sgd({ learningRate: 1 });
    optimizer.apply([toTensor([5, 0.5])], [w]);
    expect(valuesOf(w)).toEqual([0, 0.5]);
  });

  test('excluded from weight decay keep their value', () => {
    const [w, b] = [variable('kernel', 1), variable('bias', 1)];
    using optimizer = sgd({ learningRate: 1, weightDecay: 0.5 });
    optimizer.excludeFromWeightDecay({ names: ['bias'] });
    optimizer.apply([toTensor([0]), toTensor([0])], [w, b]);
    expect([valuesOf(w), valuesOf(b)]).toEqual([[0.5], [1]]);
    expect(() => optimizer.excludeFromWeightDecay({})).toThrow('call `excludeFromWeightDecay` before it is built');
  });

  test('without a gradient stay, with one notice', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const [w, b] = [variable('kernel', 1), variable('bias', 1)];
    using optimizer = sgd({ learningRate: 0.5, name: 'quiet' });
    for (let step = 0; step < 2; step++) optimizer.apply([toTensor([1]), undefined], [w, b]);
    expect([valuesOf(w), valuesOf(b)]).toEqual([[0], [1]]);
    expect(warn.mock.calls).toEqual([
      ["capas: Optimizer 'quiet': no gradient for bias: the loss does not depend on it."],
    ]);
    expect(() => optimizer.apply([undefined, null], [w, b])).toThrow("Optimizer 'quiet': no variable has a gradient.");
  });

  test('a gradient that came in one of the accumulated steps does not stay for the next update', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const [w, b] = [variable('kernel', 1), variable('bias', 1)];
    using optimizer = sgd({ learningRate: 1, gradientAccumulationSteps: 2 });
    const steps: [Tensor, Tensor | undefined][] = [
      [toTensor([0]), toTensor([4])],
      [toTensor([0]), undefined],
      [toTensor([0]), toTensor([0])],
      [toTensor([0]), toTensor([0])],
    ];
    for (const gradients of steps) optimizer.apply(gradients, [w, b]);
    expect(valuesOf(b)).toEqual([1]);
  });
});

describe('bad input', () => {
  test('other variables than it was built with', () => {
    using optimizer = sgd({ name: 'sgd' });
    optimizer.build([variable('kernel', 1)]);
    expect(() => optimizer.apply([toTensor([1])], [variable('other', 1)])).toThrow(
      "Optimizer 'sgd': `variables` must be those it was built with. Received: 'other'.",
    );
  });

  test('a gradient of another shape, or too few of them', () => {
    const w = variable('kernel', 1, 2);
    using optimizer = sgd({ name: 'sgd' });
    expect(() => optimizer.apply([toTensor([1])], [w])).toThrow(
      "Optimizer 'sgd': the gradient of 'kernel' must have the shape [2]. Received: [1].",
    );
    expect(() => optimizer.apply([toTensor([1, 1])], [w, w])).toThrow(
      "Optimizer 'sgd': expected one gradient for each of 2 variables. Received: 1.",
    );
    expect(valuesOf(w)).toEqual([1, 2]);
  });

  test.each<[string, () => unknown]>([
    ["Unknown optimizer: 'adan'. Did you mean 'adam'", () => getOptimizer('adan' as 'adam')],
    ['Adam: `beta1` must be a number from 0 to 1. Received: 2.', () => adam({ beta1: 2 })],
    ['SGD: `clipnorm` must be left out if `clipvalue` is set. Received: 1.', () => sgd({ clipnorm: 1, clipvalue: 1 })],
    ['SGD: `emaMomentum` must be a number from 0 to 1. Received: 1.5.', () => sgd({ useEma: true, emaMomentum: 1.5 })],
    [
      'SGD: `gradientAccumulationSteps` must be an integer of at least 2. Received: 1.',
      () => sgd({ gradientAccumulationSteps: 1 }),
    ],
    ['AdamW: `weightDecay` must be a number. Received: null.', () => adamW({ weightDecay: null })],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });
});

test('an infinite gradient halves the scale of LossScaleOptimizer and changes nothing else', () => {
  const w = variable('kernel', 1);
  const config = { initialScale: 8, innerOptimizer: sgd({ learningRate: 1 }) };
  using optimizer = getOptimizer({ className: 'LossScaleOptimizer', config });
  optimizer.apply([toTensor([Number.POSITIVE_INFINITY])], [w]);
  expect(valuesOf(w)).toEqual([1]);
  expect(optimizer.iterations.value.dataSync()[0]).toBe(0);
  expect(optimizer.scaleLoss(toTensor(1)).dataSync()[0]).toBe(4);
  optimizer.apply([ops.multiply(toTensor([0.5]), 4)], [w]);
  expect(valuesOf(w)).toEqual([0.5]);
});

test('nothing is computed before the first step', () => {
  const { tensors } = memory();
  const optimizer = adam();
  optimizer.build([variable('kernel', 1)]);
  optimizer.learningRate = 0.5;
  expect(memory().tensors).toBe(tensors);
});
