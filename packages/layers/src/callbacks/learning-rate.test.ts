import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { adam, sgd } from '../optimizers/index.ts';
import { exponentialDecay } from '../schedules/index.ts';
import { linear, x, y } from '../testing/small-models.ts';
import { LearningRateScheduler, learningRateScheduler, ReduceLROnPlateau, reduceLROnPlateau } from './index.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterEach(() => vi.restoreAllMocks());

const fitted = (learningRate: number) => {
  const model = linear();
  model.compile({ optimizer: sgd({ learningRate }), loss: 'mse' });
  return model;
};

test('a schedule sets the rate of each epoch from the one before, and the history has it', async () => {
  const model = fitted(0.5);
  const schedule = (epoch: number, rate: number): number => (epoch === 0 ? rate : rate / 2);
  const history = await model.fit(x, y, { epochs: 3, verbose: 0, callbacks: learningRateScheduler({ schedule }) });
  expect((history.history as Record<string, number[]>).learning_rate).toEqual([0.5, 0.25, 0.125]);
});

test('the rate that is set is the one that trains', async () => {
  const model = fitted(0.1);
  await model.fit(x, y, { epochs: 2, verbose: 0, callbacks: new LearningRateScheduler({ schedule: () => 0 }) });
  expect(Array.from(model.weights[0]!.value.dataSync())).toEqual([0, 0]);
});

test('says what it sets where it is asked to', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const callbacks = learningRateScheduler({ schedule: () => 0.25, verbose: 1 });
  await fitted(0.1).fit(x, y, { verbose: 0, callbacks });
  expect(log.mock.calls.flat()).toEqual(['\nEpoch 1: LearningRateScheduler setting learning rate to 0.25.']);
});

test('a plateau reduces the rate, down to the least one', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  // nothing is learned at a rate of 0.0 … so let the loss stand still by a huge minDelta
  const callbacks = reduceLROnPlateau({
    monitor: 'loss',
    minDelta: 1e6,
    patience: 1,
    factor: 0.5,
    minLr: 0.125,
    verbose: 1,
  });
  const history = await fitted(0.5).fit(x, y, { epochs: 5, verbose: 0, callbacks });
  expect((history.history as Record<string, number[]>).learning_rate).toEqual([0.5, 0.5, 0.25, 0.125, 0.125]);
  expect(log.mock.calls.flat()).toEqual([
    '\nEpoch 2: ReduceLROnPlateau reducing learning rate to 0.25.',
    '\nEpoch 3: ReduceLROnPlateau reducing learning rate to 0.125.',
  ]);
});

test('a rate that comes from a schedule of the optimizer cannot be set', async () => {
  const model = linear();
  const learningRate = exponentialDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 });
  model.compile({ optimizer: adam({ learningRate }), loss: 'mse' });
  const callbacks = learningRateScheduler({ schedule: () => 0.5 });
  await expect(model.fit(x, y, { verbose: 0, callbacks })).rejects.toThrow(
    'LearningRateScheduler: `optimizer` must be one whose learning rate is a number',
  );
});

test.each([
  [() => new ReduceLROnPlateau({ factor: 1 }), 'ReduceLROnPlateau: `factor` must be a number below 1. Received: 1.'],
  [() => new ReduceLROnPlateau({ patience: -1 }), 'ReduceLROnPlateau: `patience` must be an integer of at least 0.'],
])('refuses what makes no sense', (make, message) => {
  expect(make).toThrow(message);
});

test('a schedule that gives no number is refused', async () => {
  const callbacks = learningRateScheduler({ schedule: () => Number.NaN });
  await expect(fitted(0.1).fit(x, y, { verbose: 0, callbacks })).rejects.toThrow(
    'LearningRateScheduler: `schedule` must be a function to a number, 0 or more. Received: NaN.',
  );
});
