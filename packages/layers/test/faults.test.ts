import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { cpu } from '@capas/backend-cpu';
import {
  activeExecutor,
  BackendError,
  HostArray,
  memory,
  planProgram,
  setSeed,
  type Tensor,
  useBackend,
} from '@capas/core';
import { ProgramBuilder } from '@capas/core/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { clearSession, layers, type Model, sequential } from '../src/index.ts';
import { numbers } from './support/course-models.ts';

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;

const x = numbers([18, 5], undefined, 1);
const y = numbers([18, 2], undefined, 2);
const quiet = { verbose: 0, batchSize: 4, shuffle: false } as const;

/** A dense model with dropout, the same each time. */
function dense(jitCompile = true): Model {
  clearSession();
  setSeed(3);
  return sequential([
    layers.dense({ units: 6, activation: 'tanh', inputShape: [5] }),
    layers.dropout({ rate: 0.3 }),
    layers.dense({ units: 2 }),
  ]).compile({ loss: 'mse', optimizer: 'adam', jitCompile }) as Model;
}

const stateOf = (model: Model): unknown =>
  [...model.weights, ...model.optimizer.variables].map(({ value }) => [...value.dataSync()]);

const stepsOf = (model: Model): number => model.optimizer.iterations.value.dataSync()[0]!;

/** The state after so many steps without a fault. */
async function stateAfter(steps: number): Promise<unknown> {
  const model = dense();
  await model.fit(x, y, { ...quiet, stepsPerEpoch: steps });
  expect(stepsOf(model)).toBe(steps);
  const state = stateOf(model);
  model.dispose();
  return state;
}

/** A model can be trained on after a fault. */
async function expectTrainable(model: Model): Promise<void> {
  const before = stepsOf(model);
  const { history } = await model.fit(x, y, quiet);
  expect(stepsOf(model)).toBe(before + 5);
  expect(history['loss']![0]).toBeGreaterThan(0);
}

afterAll(() => useBackend(cpu({ prefer: ['js'] })));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe.each(['wasm', ...(native ? (['native'] as const) : [])] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(cpu({ prefer: [backend] }));
    expect(activeExecutor()!.name).toBe(backend);
  });

  test('an error of a program names instruction, primitive and layer', async () => {
    clearSession();
    const model = sequential([
      layers.embedding({ inputDim: 4, outputDim: 2, inputShape: [3], name: 'words' }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ]).compile({ optimizer: 'sgd', loss: 'mse', jitCompile: true }) as Model;
    const words = (wrong: number) =>
      new HostArray(
        Int32Array.from({ length: 18 * 3 }, (_, i) => (i === 40 ? wrong : i % 4)),
        [18, 3],
      );
    const message = new RegExp(`^${backend} executor: instruction \\d+, gather\\w* of \\S*words\\S*: .*9`);
    await expect(model.fit(words(9), y, quiet)).rejects.toThrow(message);
    await expect(model.fit(words(9), y, quiet)).rejects.toThrow(BackendError);
    await expect(model.predict(words(9), { batchSize: 4 })).rejects.toThrow(message);
    // those before the batch with the wrong word
    expect(stepsOf(model)).toBe(6);
    await model.fit(words(1), y, quiet);
    expect(stepsOf(model)).toBe(11);
    model.dispose();
  });

  test('no memory is an error', async () => {
    const executor = activeExecutor()!;
    for (const bytes of [2 ** 40, 2 ** 52]) {
      expect(() => executor.allocate(bytes)).toThrow(BackendError);
      expect(() => executor.allocate(bytes)).toThrow(`${backend} executor: there is no memory for`);
    }
    const builder = new ProgramBuilder();
    const input = builder.input('x', { shape: [4], dtype: 'float32' });
    const plan = planProgram(builder.build([builder.map('exp', builder.reduce('sum', input, [0]))]));
    for (const arenaBytes of [2 ** 40, 2 ** 46, 2 ** 52])
      expect(() => executor.compile({ ...plan, arenaBytes })).toThrow(BackendError);
    executor.compile(plan).dispose();
    const model = dense();
    await model.fit(x, y, quiet);
    await expectTrainable(model);
    model.dispose();
  });

  test('a callback that throws leaves the state of the last step', async () => {
    const model = dense();
    const callbacks = {
      onTrainBatchEnd: (batch: number) => {
        if (batch === 2) throw new Error('from a callback');
      },
    };
    await expect(model.fit(x, y, { ...quiet, epochs: 2, callbacks })).rejects.toThrow('from a callback');
    expect(stateOf(model)).toEqual(await stateAfter(3));
    await expectTrainable(model);
    model.dispose();
  });

  test('so does a callback that ends training', async () => {
    const model = dense();
    const callbacks = {
      onTrainBatchEnd: (batch: number) => {
        model.stopTraining = batch === 1;
      },
    };
    await model.fit(x, y, { ...quiet, epochs: 2, callbacks });
    expect(stateOf(model)).toEqual(await stateAfter(2));
    await expectTrainable(model);
    model.dispose();
  });

  test('a signal ends an epoch in the middle, after a step', async () => {
    const many = new HostArray(
      Float32Array.from({ length: 200_000 * 5 }, (_, i) => x.data[i % 90] as number),
      [200_000, 5],
    );
    const targets = new HostArray(
      Float32Array.from({ length: 200_000 * 2 }, (_, i) => y.data[i % 36] as number),
      [200_000, 2],
    );
    const model = dense();
    const abort = new AbortController();
    const options = { verbose: 0, batchSize: 4, shuffle: false, epochs: 1000 } as const;
    setTimeout(() => abort.abort(new Error('enough')), 150);
    const start = performance.now();
    await expect(model.fit(many, targets, { ...options, signal: abort.signal })).rejects.toThrow('enough');
    expect(performance.now() - start).toBeLessThan(10_000);
    const steps = stepsOf(model);
    expect(steps).toBeGreaterThan(0);
    expect(steps % 50_000).not.toBe(0);
    const other = dense();
    await other.fit(many, targets, { ...options, epochs: 1, stepsPerEpoch: steps });
    expect(stateOf(model)).toEqual(stateOf(other));
    await expectTrainable(model);
    for (const each of [model, other]) each.dispose();
  });

  test('two models that train at once give what they give alone', async () => {
    const options = { ...quiet, epochs: 20 };
    const alone = dense();
    const { history } = await alone.fit(x, y, options);
    const [first, second] = [dense(), dense()];
    const fits = await Promise.all([first.fit(x, y, options), second.fit(x, y, options)]);
    for (const fit of fits) expect(fit.history).toEqual(history);
    for (const model of [first, second]) expect(stateOf(model)).toEqual(stateOf(alone));
    for (const model of [alone, first, second]) model.dispose();
  });

  test('batches of any size are what they are op by op, also of none', async () => {
    const [compiled, eager] = [dense(true), dense(false)];
    for (const size of [1, 5, 2, 18, 5, 7]) {
      for (const model of [compiled, eager]) {
        model.resetMetrics();
        await model.trainOnBatch(x.slice(0, size), y.slice(0, size));
      }
    }
    expectClose(compiled, eager);
    const results: unknown[] = [];
    for (const model of [compiled, eager]) {
      const outcome = async (run: () => Promise<unknown>): Promise<unknown> => {
        try {
          return await run();
        } catch (error) {
          return String(error);
        }
      };
      const none = [new HostArray(new Float32Array(0), [0, 5]), new HostArray(new Float32Array(0), [0, 2])] as const;
      results.push([
        await outcome(async () => {
          using predicted = await model.predict(none[0]);
          return predicted.shape;
        }),
        await outcome(() => model.evaluate(...none, quiet)),
        await outcome(() => model.fit(...none, quiet)),
        await outcome(() => model.trainOnBatch(...none)),
      ]);
    }
    expect(results[0]).toEqual(results[1]);
    await expectTrainable(compiled);
    for (const model of [compiled, eager]) model.dispose();
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -3e38, 1e-42])('%d flows as it does op by op', async (value) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {}); // of losses that are NaN
    const wild = new HostArray(
      Float32Array.from(x.data as Float32Array, (each, i) => (i === 7 ? value : each)),
      [18, 5],
    );
    const [compiled, eager] = [dense(true), dense(false)];
    for (const model of [compiled, eager]) await model.fit(wild, y, quiet);
    expectClose(compiled, eager);
    const predicted: Tensor[] = [];
    for (const model of [compiled, eager]) predicted.push(await model.predict(wild, { batchSize: 4 }));
    expect([...predicted[0]!.dataSync()].map(Number.isNaN)).toEqual([...predicted[1]!.dataSync()].map(Number.isNaN));
    for (const item of [...predicted, compiled, eager]) item.dispose();
  });

  const many = backend === 'native' ? 1000 : 300;

  test(`${many} models leave nothing behind`, async () => {
    vi.stubEnv('NODE_ENV', 'production'); // where programs are not checked
    const [few, labels] = [x.slice(0, 2), numbers([2, 1], undefined, 4)];
    const trainOne = async (): Promise<void> => {
      clearSession();
      const model = sequential([layers.dense({ units: 1, inputShape: [5] })]).compile({
        optimizer: 'sgd',
        loss: 'mse',
        jitCompile: true,
      });
      await model.trainOnBatch(few, labels);
      model.dispose();
    };
    for (let i = 0; i < 100; i++) await trainOne();
    const [tensors, before] = [memory(), await megabytes()];
    for (let i = 100; i < many; i++) await trainOne();
    expect(memory()).toEqual(tensors);
    const after = await megabytes();
    expect(after.js - before.js).toBeLessThan(4);
    expect(after.process - before.process).toBeLessThan(100);
  }, 60_000);
});

/** What is in use once all garbage is gone: of JavaScript with its arrays, and of the process. */
async function megabytes(): Promise<{ readonly js: number; readonly process: number }> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve)); // then what was forgotten is freed
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { js: (heapUsed + external) / 2 ** 20, process: rss / 2 ** 20 };
}

/** States to some roundings, and NaN where the other has NaN. */
function expectClose(received: Model, expected: Model): void {
  const wanted = stateOf(expected) as number[][];
  (stateOf(received) as number[][]).forEach((values, i) => {
    values.forEach((value, j) => {
      const other = wanted[i]![j]!;
      const isClose = Object.is(value, other) || Math.abs(value - other) <= 1e-5 * Math.max(1, Math.abs(other));
      if (!isClose) expect.fail(`state ${i} at ${j} is ${value}, and op by op ${other}`);
    });
  });
}
