import { cpu } from '@capas/backend-cpu';
import { memory, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  getSchedule,
  inverseTimeDecay,
  type LearningRateSchedule,
  piecewiseConstantDecay,
  polynomialDecay,
} from './index.ts';

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

const at = (schedule: LearningRateSchedule, step: number): number =>
  scope(() => schedule.call(toTensor(step, 'int32')).dataSync()[0]!);

const common = { initialLearningRate: 1, decaySteps: 10 };

test.each<[string, LearningRateSchedule, number, number]>([
  ['exponentialDecay', exponentialDecay({ ...common, decayRate: 0.25 }), 5, 0.5],
  ['exponentialDecay in stairs', exponentialDecay({ ...common, decayRate: 0.25, staircase: true }), 19, 0.25],
  ['inverseTimeDecay', inverseTimeDecay({ ...common, decayRate: 2 }), 5, 0.5],
  ['polynomialDecay', polynomialDecay({ ...common, endLearningRate: 0.2, power: 2 }), 5, 0.4],
  ['polynomialDecay after its end', polynomialDecay({ ...common, endLearningRate: 0.2 }), 50, 0.2],
  ['cosineDecay half way', cosineDecay({ ...common, alpha: 0.5 }), 5, 0.75],
  ['cosineDecay in its warm-up', cosineDecay({ ...common, warmupTarget: 3, warmupSteps: 4 }), 2, 2],
  ['cosineDecay after its warm-up', cosineDecay({ ...common, warmupTarget: 3, warmupSteps: 4 }), 9, 1.5],
  // periods of 4 and 8 steps: step 8 is half way through the second, which starts at 0.5
  ['cosineDecayRestarts', cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 4, mMul: 0.5 }), 8, 0.25],
  ['piecewiseConstantDecay on a boundary', piecewiseConstantDecay({ boundaries: [3, 6], values: [1, 2, 3] }), 3, 1],
  ['piecewiseConstantDecay behind it', piecewiseConstantDecay({ boundaries: [3, 6], values: [1, 2, 3] }), 4, 2],
  ['piecewiseConstantDecay at the end', piecewiseConstantDecay({ boundaries: [3, 6], values: [1, 2, 3] }), 7, 3],
])('%s', (_, schedule, step, expected) => {
  const { tensors } = memory();
  expect(at(schedule, step)).toBeCloseTo(expected, 5);
  expect(memory().tensors).toBe(tensors);
});

describe('getSchedule', () => {
  test('makes serialized ones', () => {
    const schedule = getSchedule({
      class_name: 'ExponentialDecay',
      config: { initial_learning_rate: 1, decay_steps: 10, decay_rate: 0.25 },
    });
    expect(schedule.config).toEqual({ ...common, decayRate: 0.25, staircase: false, name: 'ExponentialDecay' });
  });

  test('says what is wrong', () => {
    expect(() => exponentialDecay({ ...common, decaySteps: 0, decayRate: 1 })).toThrow(
      'ExponentialDecay: `decaySteps` must be a positive number. Received: 0.',
    );
    expect(() => piecewiseConstantDecay({ boundaries: [1, 2], values: [1, 2] })).toThrow(
      'PiecewiseConstantDecay: `boundaries` must be a list of 1 steps, one less than there are values. Received: [1, 2].',
    );
  });
});
