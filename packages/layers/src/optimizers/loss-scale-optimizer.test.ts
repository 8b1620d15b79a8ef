import { cpu } from '@capas/backend-cpu';
import { toTensor, useBackend, Variable } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { adam, getOptimizer, lossScaleOptimizer, type Optimizer, sgd } from './index.ts';

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

/** Gradients of twelve steps, some of which are not finite. */
const GRADIENTS = [
  [0.5, 1],
  [inf, 1],
  [1, 0.25],
  [-1, 2],
  [0.5, 0.5],
  [0.25, 0.5],
  [nan, nan],
  [-inf, 0],
  [1, 1],
  [2, 2],
  [3, -3],
  [1e38, 0],
];

const scalar = ({ value }: Variable): number => value.dataSync()[0]!;

// from Keras 3.15.1: after each step the value, `step_counter`, `dynamic_scale`, the iterations of the inner optimizer
test.each<[string, () => Optimizer, [number, number, number, number, number][]]>([
  [
    'momentum',
    () => sgd({ learningRate: 0.5, momentum: 0.9, lossScaleFactor: 4 }),
    [
      [0.96875, -2.0625, 1, 8, 1],
      [0.96875, -2.0625, 0, 4, 1],
      [0.815625011920929, -2.1500000953674316, 1, 4, 2],
      [0.8028125166893005, -2.478750228881836, 2, 4, 3],
      [0.7287812829017639, -2.837125301361084, 0, 8, 4],
      [0.6465281844139099, -3.1909127235412598, 1, 8, 5],
      [0.6465281844139099, -3.1909127235412598, 0, 4, 5],
      [0.6465281844139099, -3.1909127235412598, 0, 2, 5],
      [0.3225003778934479, -3.759321451187134, 1, 2, 6],
      [-0.4691246449947357, -4.7708892822265625, 2, 2, 7],
      [-1.9315871000289917, -4.931300163269043, 0, 4, 8],
      [-1.2499999600357116e37, -5.07567024230957, 1, 4, 9],
    ],
  ],
  [
    'accumulated gradients',
    () => adam({ learningRate: 0.1, gradientAccumulationSteps: 2, useEma: true, emaMomentum: 0.5 }),
    [
      [1, -2, 1, 8, 1],
      [1, -2, 0, 4, 1],
      [0.9000027179718018, -2.0999960899353027, 1, 4, 2],
      [0.9000027179718018, -2.0999960899353027, 2, 4, 3],
      [0.8654431104660034, -2.1905179023742676, 0, 8, 4],
      [0.8654431104660034, -2.1905179023742676, 1, 8, 5],
      [0.8654431104660034, -2.1905179023742676, 0, 4, 5],
      [0.8654431104660034, -2.1905179023742676, 0, 2, 5],
      [0.7971786260604858, -2.2852280139923096, 1, 2, 6],
      [0.7971786260604858, -2.2852280139923096, 2, 2, 7],
      [0.7271879315376282, -2.323124647140503, 0, 4, 8],
      [0.7271879315376282, -2.323124647140503, 1, 4, 9],
    ],
  ],
])('step by step as in Keras: %s', (_name, make, expected) => {
  const inner = make();
  using optimizer = lossScaleOptimizer({ innerOptimizer: inner, initialScale: 8, dynamicGrowthSteps: 3, name: 'l' });
  expect(inner.lossScaleFactor).toBeNull();
  const kernel = new Variable({ name: 'kernel', shape: [2], initializer: () => toTensor([1, -2]) });
  for (const [step, gradient] of GRADIENTS.entries()) {
    optimizer.apply([toTensor(gradient)], [kernel]);
    const [first, second, ...state] = expected[step]!;
    const [a, b] = kernel.value.dataSync();
    expect(a! / first).toBeCloseTo(1, 5);
    expect(b! / second).toBeCloseTo(1, 5);
    const [iteration, rate, counter, scale] = optimizer.variables.map(scalar);
    expect([counter, scale, scalar(inner.iterations)]).toEqual(state);
    expect([iteration, rate]).toEqual([0, 0]);
    expect(optimizer.scaleLoss(toTensor(1)).dataSync()[0]).toBe(scale);
  }
});

test('has the averages of the inner optimizer at the end', () => {
  using optimizer = lossScaleOptimizer({
    initialScale: 8,
    dynamicGrowthSteps: 3,
    innerOptimizer: adam({ learningRate: 0.1, gradientAccumulationSteps: 2, useEma: true, emaMomentum: 0.5 }),
  });
  const kernel = new Variable({ name: 'kernel', shape: [2], initializer: () => toTensor([1, -2]) });
  for (const gradient of GRADIENTS) optimizer.apply([toTensor(gradient)], [kernel]);
  optimizer.finalizeVariableValues([kernel]);
  const [a, b] = kernel.value.dataSync();
  expect([a, b]).toEqual([expect.closeTo(0.7494921684265137, 5), expect.closeTo(-2.30631685256958, 5)]);
});

test('the schedule is that of the inner optimizer', () => {
  const learningRate = { className: 'ExponentialDecay', config: { initialLearningRate: 1, decaySteps: 1, decayRate: 0.5 } }; // biome-ignore format: one line
  const innerOptimizer = getOptimizer({ className: 'sgd', config: { learningRate } });
  using optimizer = lossScaleOptimizer({ innerOptimizer });
  expect(optimizer.schedule).toBe(innerOptimizer.schedule);
  expect(optimizer.schedule).toBeDefined();
});
