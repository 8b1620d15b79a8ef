import { cpu } from '@capas/backend-cpu';
import { activeExecutor, setSeed, toTensor, useBackend, type Variable } from '@capas/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clearSession, layers, type Model, sequential } from '../src/index.ts';
import { make, numbers, type Program, programs } from './support/course-models.ts';

const STEPS = 20;
const BATCH = 4;

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;

/** What training changes; the seeds of dropout go on by themselves. */
const stateOf = (model: Model): readonly Variable[] => [...model.weights, ...model.optimizer.variables];

type Values = readonly (Float32Array | Int32Array)[];

const valuesOf = (model: Model): Values =>
  stateOf(model).map(({ value }) => value.dataSync().slice() as Float32Array | Int32Array);

function restore(model: Model, values: Values): void {
  stateOf(model).forEach((variable, i) => {
    using value = toTensor(values[i]!.slice(), variable.dtype);
    using shaped = value.reshape([...variable.shape]);
    variable.assign(shaped);
  });
}

/** Adam divides by itself the gradient of a bias before batch normalization, which is nothing but rounding. */
const optimizerOf = (name: string) => (name.includes('convolutional') ? 'sgd' : 'adam');

function batch({ x, y, integers }: Program, step: number) {
  const inputs = numbers([BATCH, ...x], integers.x, 2 * step + 1);
  return [inputs, numbers([BATCH, ...y], integers.y, 2 * step + 2)] as const;
}

/** The state after each step, eager on js. */
const references: Record<string, readonly Values[]> = {};

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
  for (const [name, program] of Object.entries(programs)) {
    const { net } = make(program, false, optimizerOf(name));
    const states: Values[] = [];
    for (let step = 0; step < STEPS; step++) {
      await net.trainOnBatch(...batch(program, step));
      states.push(valuesOf(net));
    }
    references[name] = states;
    net.dispose();
  }
});

afterAll(() => useBackend(cpu({ prefer: ['js'] })));

/** A bias begins at 0, and its first step is a sum that nearly cancels out. */
const LEAST_SIZE = 0.01;

/** How far the farthest element is off, as a share of the largest one of its variable. */
function distance(model: Model, wanted: Values): readonly [number, string] {
  const distances = stateOf(model).map(({ value, path }, i) => {
    const [received, expected] = [value.dataSync(), [...wanted[i]!]];
    const farthest = Math.max(0, ...expected.map((x, j) => Math.abs(x - received[j]!)));
    return [farthest / Math.max(LEAST_SIZE, ...expected.map(Math.abs)), path] as const;
  });
  return distances.reduce((a, b) => (b[0] > a[0] || Number.isNaN(b[0]) ? b : a));
}

describe.each(['js', 'wasm', ...(native ? (['native'] as const) : [])] as const)('compiled on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(cpu({ prefer: [backend] }));
    expect(activeExecutor()!.name).toBe(backend);
  });

  test.each(Object.entries(programs))('each step is what it is eager on js: %s', async (name, program) => {
    const { net } = make(program, true, optimizerOf(name));
    for (let step = 0; step < STEPS; step++) {
      if (step > 0) restore(net, references[name]![step - 1]!);
      await net.trainOnBatch(...batch(program, step));
      const [farthest, path] = distance(net, references[name]![step]!);
      expect(farthest, `${path} after step ${step}`).toBeLessThanOrEqual(backend === 'js' ? 0 : 1e-6);
    }
    net.dispose();
  });

  test.each(Object.entries(programs))('twenty steps add up to little: %s', async (name, program) => {
    const { net } = make(program, true, optimizerOf(name));
    for (let step = 0; step < STEPS; step++) await net.trainOnBatch(...batch(program, step));
    const [farthest, path] = distance(net, references[name]!.at(-1)!);
    expect(farthest, path).toBeLessThanOrEqual(backend === 'js' ? 0 : 1e-4);
    net.dispose();
  });
});

test.skipIf(!native)('on native, losses do not depend on the number of threads', async () => {
  const results = [];
  for (const threads of [1, 2, 3]) {
    await useBackend(cpu({ prefer: ['native'], threads }));
    expect(activeExecutor()!.threads).toBeLessThanOrEqual(threads);
    clearSession();
    setSeed(11);
    const model = sequential([
      layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu', padding: 'same', inputShape: [16, 16, 3] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.25 }),
      layers.flatten(),
      layers.dense({ units: 64, activation: 'tanh' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ]).compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] }) as Model;
    const [x, y] = [numbers([72, 16, 16, 3], undefined, 1), numbers([72], 10, 2)];
    const { history } = await model.fit(x, y, { batchSize: 32, epochs: 3, verbose: 0 });
    results.push({ history, state: valuesOf(model) });
    model.dispose();
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});
