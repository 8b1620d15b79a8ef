import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, setSeed, type Tensor, useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  clearSession,
  model as functional,
  input,
  Layer,
  layers,
  losses,
  type Model,
  optimizers,
  Sequential,
  schedules,
  sequential,
} from '../src/index.ts';
import type { Batch } from '../src/training/data-adapter.ts';
import { make, numbers, programs } from './support/course-models.ts';
import { useExecutor, type WatchedExecutor, watchedExecutor } from './support/executors.ts';

/** Every number that training makes. */
const stateOf = (net: Model): unknown =>
  [...net.weights, ...net.optimizer.variables].map(({ path, value }) => [path, [...value.dataSync()]]);

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

describe('compiled and eager give the same bits', () => {
  test.each(Object.entries(programs))('fit, evaluate and predict: %s', async (_, program) => {
    const results = [];
    for (const jitCompile of [true, false]) {
      const { net, x, y } = make(program, jitCompile);
      const { history } = await net.fit(x, y, { batchSize: 4, epochs: 4, verbose: 0, validationSplit: 0.2 });
      const evaluated = await net.evaluate(x, y, { batchSize: 4, verbose: 0 });
      const predicted = await net.predict(x, { batchSize: 4 });
      results.push({ history, evaluated, predicted: [...predicted.dataSync()], state: stateOf(net) });
      predicted.dispose();
      net.dispose();
    }
    expect(results[0]).toEqual(results[1]);
  });
});

/** What a call gives for the same model, compiled and eager. */
async function both<T>(run: (jitCompile: boolean) => Promise<T>): Promise<void> {
  const compiled = await run(true);
  expect(compiled).toEqual(await run(false));
}

const x = numbers([18, 5], undefined, 1);
const y = numbers([18, 2], undefined, 2);
const quiet = { verbose: 0, batchSize: 4 } as const;

/** A dense model with dropout, from the same seed each time. */
function dense(options: Parameters<Model['compile']>[0]): Model {
  clearSession();
  setSeed(3);
  return sequential([
    layers.dense({ units: 6, activation: 'tanh', inputShape: [5] }),
    layers.dropout({ rate: 0.3 }),
    layers.dense({ units: 2 }),
  ]).compile({ loss: 'mse', optimizer: 'adam', ...options }) as Model;
}

describe('compiled, the training loop is what it is op by op', () => {
  const cases: Readonly<Record<string, (model: Model) => Promise<unknown>>> = {
    'weights of samples': (model) =>
      model.fit(x, y, { ...quiet, epochs: 2, sampleWeight: Float32Array.from({ length: 18 }, (_, i) => i % 3) }),
    'as they lie': (model) => model.fit(x, y, { ...quiet, epochs: 2, shuffle: false }),
    'fewer samples than a batch': (model) => model.fit(x, y, { ...quiet, epochs: 3, batchSize: 64 }),
    'epochs of other lengths than the data': (model) => model.fit(x, y, { ...quiet, epochs: 4, stepsPerEpoch: 3 }),
    'several fits': async (model) => {
      await model.fit(x, y, quiet);
      await model.fit(x.slice(0, 7), y.slice(0, 7), quiet);
    },
    'batches of the user': async (model) => {
      const logs = [];
      for (let step = 0; step < 4; step++) {
        const [from, to] = [step * 4, step * 4 + 3 + (step % 2)];
        logs.push(await model.trainOnBatch(x.slice(from, to), y.slice(from, to)));
        logs.push(await model.testOnBatch(x.slice(from, to), y.slice(from, to)));
      }
      return logs;
    },
    'weights that are set in between': async (model) => {
      await model.fit(x, y, quiet);
      const weights = model.getWeights();
      await model.fit(x, y, quiet);
      model.setWeights(weights);
      for (const weight of weights) weight.dispose();
      await model.fit(x, y, quiet);
    },
    'a layer that is frozen and let go': async (model) => {
      await model.fit(x, y, quiet);
      model.layers[0]!.trainable = false;
      await model.fit(x, y, quiet);
      model.layers[0]!.trainable = true;
      await model.fit(x, y, quiet);
    },
    'a layer that is frozen by a callback': (model) =>
      model.fit(x, y, {
        ...quiet,
        epochs: 4,
        callbacks: {
          onEpochBegin: (epoch) => {
            model.layers[0]!.trainable = epoch % 2 === 0;
          },
        },
      }),
    'a learning rate that a callback sets': (model) =>
      model.fit(x, y, {
        ...quiet,
        epochs: 3,
        callbacks: {
          onTrainBatchBegin: (batch) => {
            model.optimizer.learningRate = 0.1 / (1 + batch);
          },
        },
      }),
    'training that a callback ends': (model) =>
      model.fit(x, y, {
        ...quiet,
        epochs: 3,
        callbacks: {
          onTrainBatchEnd: (batch) => {
            model.stopTraining = batch === 2;
          },
        },
      }),
  };

  test.each(Object.entries(cases))('%s', async (_, run) => {
    await both(async (jitCompile) => {
      const model = dense({ jitCompile, metrics: ['mae'] });
      const given = await run(model);
      const result = given && typeof given === 'object' && 'history' in given ? given.history : given;
      const state = [result, stateOf(model), await model.evaluate(x, y, quiet)];
      model.dispose();
      return state;
    });
  });

  test('weights of classes', async () => {
    const labels = new HostArray(Int32Array.from({ length: 18 }, (_, i) => i % 2));
    await both(async (jitCompile) => {
      const model = dense({ jitCompile, loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
      const { history } = await model.fit(x, labels, { ...quiet, epochs: 2, classWeight: { 0: 0.5, 1: 3 } });
      const state = [history, stateOf(model)];
      model.dispose();
      return state;
    });
  });

  test('bytes, which stay bytes', async () => {
    const images = new HostArray(
      Uint8Array.from({ length: 18 * 5 }, (_, i) => (i * 37) % 256),
      [18, 5],
      'uint8',
    );
    await both(async (jitCompile) => {
      const model = dense({ jitCompile });
      const { history } = await model.fit(images, y, { ...quiet, epochs: 2 });
      const predicted = await model.predict(images, { batchSize: 4 });
      const state = [history, stateOf(model), [...predicted.dataSync()]];
      predicted.dispose();
      model.dispose();
      return state;
    });
  });

  test('targets that are the samples, which are taken once', async () => {
    const rows = numbers([18, 5], undefined, 1);
    const gathers: number[] = [];
    await both(async (jitCompile) => {
      clearSession();
      setSeed(4);
      const net = sequential([layers.dense({ units: 5, inputShape: [5] })]);
      net.compile({ loss: 'mse', optimizer: 'sgd', jitCompile });
      const histories = [];
      for (const targets of [rows, rows.map((value) => value)]) {
        histories.push((await net.fit(rows, targets, { ...quiet, epochs: 2 })).history);
        if (!jitCompile) continue;
        const { instructions } = await net.profile(rows, targets, { batchSize: 4, steps: 1, bound: false });
        gathers.push(instructions.filter(({ primitive }) => primitive === 'gather').length);
      }
      return histories;
    });
    expect(gathers).toEqual([1, 2]);
  });

  test('several inputs and outputs, by name', async () => {
    const make = (jitCompile: boolean): Model => {
      clearSession();
      setSeed(5);
      const [a, b] = [input({ shape: [5], name: 'a' }), input({ shape: [2], name: 'b' })];
      const joined = layers.concatenate()([a, b]);
      const sum = layers.dense({ units: 2, name: 'sum' })(joined);
      const kind = layers.dense({ units: 1, activation: 'sigmoid', name: 'kind' })(joined);
      return functional({ inputs: [a, b], outputs: [sum, kind] }).compile({
        optimizer: 'sgd',
        loss: { sum: 'mse', kind: 'binaryCrossentropy' },
        lossWeights: { sum: 2, kind: 0.5 },
        metrics: { kind: ['accuracy'] },
        jitCompile,
      }) as Model;
    };
    const inputs = { a: x, b: y };
    const targets = { sum: y, kind: numbers([18, 1], 2, 4) };
    await both(async (jitCompile) => {
      const model = make(jitCompile);
      const weights = { sum: new Float32Array(18).fill(2), kind: numbers([18], undefined, 6) };
      const { history } = await model.fit(inputs, targets, { ...quiet, epochs: 2, sampleWeight: weights });
      const outputs = await model.predict<readonly Tensor[]>(inputs, { batchSize: 5 });
      const state = [history, stateOf(model), outputs.map((output) => [output.shape, [...output.dataSync()]])];
      for (const output of outputs) output.dispose();
      model.dispose();
      return state;
    });
  });

  test('schedules of the learning rate', async () => {
    await both(async (jitCompile) => {
      const learningRate = schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.5 });
      const model = dense({ jitCompile, optimizer: optimizers.sgd({ learningRate, momentum: 0.9, name: 'sgd' }) });
      await model.fit(x, y, { ...quiet, epochs: 2 });
      model.optimizer.learningRate = schedules.exponentialDecay({
        initialLearningRate: 0.2,
        decaySteps: 2,
        decayRate: 0.9,
      });
      const { history } = await model.fit(x, y, { ...quiet, epochs: 2 });
      const state = [history, stateOf(model)];
      model.optimizer.dispose();
      model.dispose();
      return state;
    });
  });

  test('a step of the user', async () => {
    class Twice extends Sequential {
      override trainStep(batch: Batch): void {
        super.trainStep(batch);
        super.trainStep(batch);
      }
    }
    await both(async (jitCompile) => {
      clearSession();
      setSeed(3);
      const model = new Twice([layers.dense({ units: 2, inputShape: [5] })]);
      model.compile({ optimizer: 'adam', loss: 'mse', jitCompile });
      const { history } = await model.fit(x, y, { ...quiet, epochs: 2 });
      const state = [history, stateOf(model as unknown as Model)];
      model.dispose();
      return state;
    });
  });

  test('hooks for batches get each one, or each so many', async () => {
    await both(async (jitCompile) => {
      const seen: unknown[] = [];
      const callbacks = {
        onTrainBatchBegin: (batch: number) => void seen.push(['begin', batch]),
        onTrainBatchEnd: (batch: number, logs: object) => void seen.push(['end', batch, logs]),
        onTestBatchEnd: (batch: number, logs: object) => void seen.push(['test', batch, logs]),
      };
      for (const stepsPerExecution of [1, 2]) {
        const model = dense({ jitCompile, stepsPerExecution });
        await model.fit(x, y, { ...quiet, epochs: 1, callbacks, validationSplit: 0.5 });
        model.dispose();
      }
      expect(seen.flatMap((item) => ((item as unknown[])[0] === 'begin' ? [(item as unknown[])[1]] : []))).toEqual([
        0, 1, 2, 0, 2,
      ]);
      return seen;
    });
  });
});

describe('on an executor that runs off the thread', () => {
  /** A model on a new executor. */
  async function start(options: Parameters<typeof watchedExecutor>[0] = {}): Promise<[WatchedExecutor, Model]> {
    const executor = watchedExecutor(options);
    await useExecutor(executor);
    return [executor, dense({})];
  }

  test('jitCompile is on by itself; runEagerly and false switch it off', async () => {
    const [executor, model] = await start();
    await model.fit(x, y, quiet);
    expect(executor.compiled).toBe(2); // whole batches, and the short one
    for (const off of [{ runEagerly: true }, { jitCompile: false }]) {
      const other = dense(off);
      await other.fit(x, y, quiet);
      other.dispose();
    }
    expect(executor.compiled).toBe(2);
    expect(() => dense({ runEagerly: true, jitCompile: true })).toThrow(
      "compile: `jitCompile` must be left out, false or 'auto'",
    );
    expect(() => dense({ jitCompile: 'yes' as 'auto' })).toThrow("compile: `jitCompile` must be true, false or 'auto'");
    model.dispose();
  });

  test.each([{ residentBytes: 300 }, { residentBytes: 300, shares: false }, { residentBytes: 1 }, { shares: false }])(
    'data in blocks, in memory of its own: %j',
    async (options) => {
      const eager = dense({ jitCompile: false });
      const [, model] = await start(options);
      const weighted = { ...quiet, epochs: 3, sampleWeight: numbers([18], undefined, 3), validationSplit: 0.3 };
      const histories = [];
      setSeed(9);
      histories.push((await eager.fit(x, y, weighted)).history);
      setSeed(9);
      histories.push((await model.fit(x, y, weighted)).history);
      expect(histories[1]).toEqual(histories[0]);
      expect(stateOf(model)).toEqual(stateOf(eager));
      const predictions = [];
      for (const each of [eager, model]) {
        using predicted = await each.predict(x, { batchSize: 4 });
        predictions.push([...predicted.dataSync()]);
        expect(await each.evaluate(x, y, quiet)).toEqual(await eager.evaluate(x, y, quiet));
      }
      expect(predictions[1]).toEqual(predictions[0]);
      for (const each of [eager, model]) each.dispose();
    },
  );

  test('an epoch is few calls, one batch at a time only for hooks', async () => {
    const [executor, model] = await start();
    await model.fit(x, y, { ...quiet, epochs: 3 });
    // the first step of each program is measured
    expect(executor.chunks).toEqual([1, 3, 1, 4, 1, 4, 1]);
    executor.chunks.length = 0;
    await model.fit(x, y, { ...quiet, callbacks: { onTrainBatchEnd: () => {} } });
    expect(executor.chunks).toEqual([1, 1, 1, 1, 1]);
    model.dispose();
  });

  test('variables can be read and set while a run goes on', async () => {
    const [, model] = await start();
    await model.fit(x, y, quiet); // the time of a step is known then
    const seen: number[] = [];
    const rates: number[] = [];
    const timer = setInterval(() => {
      seen.push(model.optimizer.iterations.value.dataSync()[0]!);
      model.optimizer.learningRate = 0.5 / seen.length;
      rates.push(model.optimizer.learningRate.value.dataSync()[0]!);
    }, 0);
    await model.fit(x, y, { ...quiet, epochs: 40, shuffle: false });
    clearInterval(timer);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(2);
    expect(rates).toEqual(seen.map((_, i) => Math.fround(0.5 / (i + 1))));
    expect(model.optimizer.iterations.value.dataSync()[0]).toBe(41 * 5);
    model.dispose();
  });

  test('where a run cannot be waited for, that is said', async () => {
    const [, model] = await start({ halts: false });
    await model.fit(x, y, quiet);
    const errors: unknown[] = [];
    const timer = setInterval(() => {
      try {
        void model.weights[0]!.value;
      } catch (error) {
        errors.push(error);
      }
    }, 0);
    await model.fit(x, y, { ...quiet, epochs: 40 });
    clearInterval(timer);
    expect(String(errors[0])).toContain("Variable 'sequential/dense/kernel': a program is running");
    model.dispose();
  });

  test('two models train at once', async () => {
    const [, first] = await start();
    const second = dense({});
    const alone = dense({ jitCompile: false });
    const options = { ...quiet, epochs: 5, shuffle: false };
    await alone.fit(x, y, options);
    await Promise.all([first.fit(x, y, options), second.fit(x, y, options)]);
    for (const model of [first, second]) expect(stateOf(model)).toEqual(stateOf(alone));
    for (const model of [first, second, alone]) model.dispose();
  });

  test('calls on the same model wait for each other', async () => {
    const [, model] = await start();
    const eager = dense({ jitCompile: false });
    const batches = [0, 4, 8, 12].map((from) => [x.slice(from, from + 4), y.slice(from, from + 4)] as const);
    await Promise.all(batches.map(([inputs, targets]) => model.trainOnBatch(inputs, targets)));
    for (const [inputs, targets] of batches) await eager.trainOnBatch(inputs, targets);
    expect(stateOf(model)).toEqual(stateOf(eager));
    const training = model.fit(x, y, { ...quiet, epochs: 20, shuffle: false });
    const predictions = [];
    for (let i = 0; i < 5; i++) {
      using predicted = await model.predict(x, { batchSize: 4 });
      predictions.push([...predicted.dataSync()]);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await training;
    await eager.fit(x, y, { ...quiet, epochs: 20, shuffle: false });
    expect(stateOf(model)).toEqual(stateOf(eager));
    expect(predictions[4]).not.toEqual(predictions[0]);
    for (const each of [model, eager]) each.dispose();
  });

  test('a model that is disposed of in the middle of a run', async () => {
    const [executor, model] = await start();
    await model.fit(x, y, quiet);
    const training = model.fit(x, y, { ...quiet, epochs: 10_000 });
    setTimeout(() => model.dispose(), 5);
    await expect(training).rejects.toThrow(/was disposed of/);
    expect(executor.held).toEqual({ buffers: 0, executables: 0 });
  });

  test('a signal ends a run in the middle; the weights are those of the last step', async () => {
    const [executor, model] = await start();
    await model.fit(x, y, quiet);
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('enough')), 5);
    await expect(model.fit(x, y, { ...quiet, epochs: 10_000, signal: abort.signal })).rejects.toThrow('enough');
    const steps = model.optimizer.iterations.value.dataSync()[0]!;
    expect(steps).toBeLessThan(50_000);
    expect(model.weights.every(({ value }) => value.dataSync().every(Number.isFinite))).toBe(true);
    await model.fit(x, y, quiet);
    expect(model.optimizer.iterations.value.dataSync()[0]).toBe(steps + 5);
    model.dispose();
    expect(executor.held).toEqual({ buffers: 0, executables: 0 });
  });

  test('an error in a run ends it, and leaves nothing behind', async () => {
    const [executor] = await start();
    clearSession();
    const model = sequential([
      layers.embedding({ inputDim: 4, outputDim: 2, inputShape: [3] }),
      layers.globalAveragePooling1d(),
    ]).compile({ optimizer: 'sgd', loss: 'mse' });
    const words = Int32Array.from({ length: 18 * 3 }, (_, i) => (i === 40 ? 9 : i % 4));
    await expect(model.fit(new HostArray(words, [18, 3]), y, { ...quiet, shuffle: false })).rejects.toThrow(/9/);
    model.dispose();
    expect(executor.held).toEqual({ buffers: 0, executables: 0 });
  });

  test('the state comes along when the backend changes', async () => {
    const eager = dense({ jitCompile: false });
    const [first, model] = await start();
    const second = watchedExecutor();
    setSeed(1);
    for (const executor of [undefined, first, second, first, undefined]) {
      if (executor) await useExecutor(executor);
      else await useBackend(cpu({ prefer: ['js'] }));
      await model.fit(x, y, { ...quiet, shuffle: false });
      await eager.fit(x, y, { ...quiet, shuffle: false });
      expect(stateOf(model)).toEqual(stateOf(eager));
    }
    for (const each of [model, eager]) each.dispose();
    expect([first.held, second.held]).toEqual([
      { buffers: 0, executables: 0 },
      { buffers: 0, executables: 0 },
    ]);
  });

  test('steps are kept for the last shapes only', async () => {
    const [executor, model] = await start();
    const trained = (size: number) => model.fit(x.slice(0, size), y.slice(0, size), { ...quiet, batchSize: size });
    for (let size = 1; size <= 12; size++) await trained(size);
    expect(executor.compiled).toBe(12);
    expect(executor.held.executables).toBe(8);
    await trained(12);
    expect(executor.compiled).toBe(12);
    await trained(1);
    expect(executor.compiled).toBe(13);
    model.dispose();
    expect(executor.held).toEqual({ buffers: 0, executables: 0 });
  });

  test('batches of ever other sizes are compiled when they come again', async () => {
    const [executor, model] = await start();
    const eager = dense({ jitCompile: false });
    const step = async (size: number): Promise<void> => {
      for (const each of [model, eager]) await each.trainOnBatch(x.slice(0, size), y.slice(0, size));
    };
    for (let size = 1; size <= 16; size++) await step(size);
    expect(executor.compiled).toBe(8);
    await step(16);
    await step(16);
    expect(executor.compiled).toBe(9);
    expect(stateOf(model)).toEqual(stateOf(eager));
    for (const each of [model, eager]) each.dispose();
  });

  test('a tensor that a layer has replaced is seen', async () => {
    class Scaled extends Layer {
      static override readonly className = 'Scaled';
      factor = tf.keep(tf.scalar(2));
      override call(inputs: Tensor): Tensor {
        return tf.mul(inputs, this.factor);
      }
    }
    const [executor] = await start();
    const layer = new Scaled();
    const model = sequential([layers.dense({ units: 2, inputShape: [5], kernelInitializer: 'ones' }), layer]);
    const first = async (): Promise<number> => {
      using predicted = await model.predict(new HostArray(new Float32Array(5).fill(1), [1, 5]));
      return predicted.dataSync()[0]!;
    };
    expect([await first(), await first()]).toEqual([10, 10]);
    expect(executor.compiled).toBe(1);
    layer.factor.dispose();
    layer.factor = tf.keep(tf.scalar(3));
    expect(await first()).toBe(15);
    layer.factor.dispose();
    model.dispose();
  });

  test('what it cannot compile runs op by op, and is said once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const [executor] = await start();
    class Noisy extends Layer {
      static override readonly className = 'Noisy';
      override call(inputs: Tensor): Tensor {
        return tf.dropout(inputs, 0.5);
      }
    }
    const make = (jitCompile: true | 'auto'): Model => {
      clearSession();
      return sequential([layers.dense({ units: 2, inputShape: [5] }), new Noisy()]).compile({
        optimizer: 'sgd',
        loss: 'mse',
        jitCompile,
      }) as Model;
    };
    const model = make('auto');
    await model.fit(x, y, { ...quiet, epochs: 2 });
    await model.fit(x, y, quiet);
    expect(executor.compiled).toBe(0);
    expect(warn.mock.calls.flat()).toEqual([
      expect.stringMatching(
        /^capas: model 'sequential' runs op by op, which is slower\. Cannot trace 'dropout' in 'sequential\/noisy'/,
      ),
    ]);
    warn.mockRestore();
    const strict = make(true);
    await expect(strict.fit(x, y, quiet)).rejects.toThrow(
      "Model 'sequential': `jitCompile: true`, but it cannot be compiled. Cannot trace 'dropout' in 'sequential/noisy'",
    );
    for (const each of [model, strict]) each.dispose();
    expect(executor.held).toEqual({ buffers: 0, executables: 0 });
  });

  test('without an executor jitCompile: true is refused', async () => {
    const [provider] = cpu({ prefer: ['js'] });
    await useBackend({ ...provider!, load: async () => ({ ...(await provider!.load()), executor: undefined }) });
    const model = dense({ jitCompile: true });
    await expect(model.fit(x, y, quiet)).rejects.toThrow('`jitCompile: true`, but the backend runs no programs');
    model.dispose();
  });

  test('many models leave nothing behind', async () => {
    const [executor, first] = await start();
    first.dispose();
    const before = memory();
    for (let i = 0; i < 100; i++) {
      clearSession();
      const model = sequential([layers.dense({ units: 1, inputShape: [5] })]).compile({
        optimizer: 'sgd',
        loss: 'mse',
      });
      await model.fit(x.slice(0, 2), y.reshape([36, 1]).slice(0, 2), { ...quiet, batchSize: 2 });
      model.dispose();
    }
    expect(executor.held).toEqual({ buffers: 0, executables: 0 });
    // what earlier tests forgot may have been freed meanwhile; one tensor of each model would be a hundred more
    expect(memory().tensors).toBeLessThanOrEqual(before.tensors);
  });
});
