import { cpu } from '@capas/backend-cpu';
import { HostArray, ops, scope, setSeed, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { Callback, earlyStopping, lambdaCallback } from '../callbacks/index.ts';
import { dense } from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { sgd } from '../optimizers/index.ts';
import { classes, classifier, forked, linear, x, y } from '../testing/small-models.ts';
import type { Batch } from './data-adapter.ts';
import type { Logs } from './logs.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const weightsOf = (model: Model): unknown => scope(() => model.getWeights().map((weight) => [...weight.dataSync()]));

/** A linear model that writes down the first number of each sample it is trained on, batch by batch. */
function recording(): { model: ReturnType<typeof linear>; batches: number[][] } {
  const model = linear();
  const batches: number[][] = [];
  model.trainStep = function trainStep(batch: Batch): void {
    batches.push([...scope(() => ops.take(batch.x as Tensor, [0], { axis: 1 }).dataSync())]);
    Model.prototype.trainStep.call(this, batch);
  };
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  return { model, batches };
}

/** The numbers 0 … n − 1 as samples `[i, 0]` with target 0. */
const counted = (n: number): [HostArray, HostArray] => [
  new HostArray(
    Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 ? 0 : i / 2)),
    [n, 2],
  ),
  HostArray.zeros([n, 1]),
];

describe('what is learnt', () => {
  test('one step of sgd is weight − learningRate · gradient', async () => {
    const model = linear();
    model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'mse' });
    await model.fit([[1, 2]], [[3]], { verbose: 0 });
    // prediction 0: the gradient of (3 − x·w − b)² is −6 · [1, 2] and −6
    expect(weightsOf(model)).toEqual([[expect.closeTo(0.6, 6), expect.closeTo(1.2, 6)], [expect.closeTo(0.6, 6)]]);
  });

  test('a sum is learnt, and the logs say so', async () => {
    const model = linear();
    model.compile({ optimizer: sgd({ learningRate: 0.3 }), loss: 'mse', metrics: ['mae'] });
    const { history, epoch } = await model.fit(x, y, { epochs: 40, batchSize: 5, verbose: 0 });
    expect(epoch).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(Object.keys(history)).toEqual(['loss', 'mae']);
    expect(history.loss![0]).toBeGreaterThan(0.1);
    expect(history.loss!.at(-1)).toBeLessThan(1e-4);
  });

  test('the loss of an epoch is the mean over its samples, also with a last batch that is smaller', async () => {
    const model = linear();
    model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'mse' });
    const targets = HostArray.from([[1], [2], [3], [4], [5]]);
    const { history } = await model.fit(x.slice(0, 5), targets, { batchSize: 2, verbose: 0 });
    expect(history.loss![0]).toBeCloseTo((1 + 4 + 9 + 16 + 25) / 5, 5);
  });

  test('lists, typed arrays, tensors and host arrays are the same data', async () => {
    const tensor = toTensor(x);
    const results = [];
    for (const data of [x, tensor, x.toArray() as number[][]]) {
      const model = linear();
      model.compile({ optimizer: 'sgd', loss: 'mse' });
      await model.fit(data, y, { batchSize: 4, shuffle: false, verbose: 0 });
      results.push(weightsOf(model));
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(tensor.isDisposed).toBe(false);
    tensor.dispose();
  });

  test('a penalty of a weight is part of the loss, but of no metric', async () => {
    const model = linear();
    const penalized = dense({ units: 1, useBias: false, kernelRegularizer: { className: 'L2', config: { l2: 0.5 } } });
    model.pop();
    model.add(penalized);
    model.setWeights([[[3], [4]]]);
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mse'] });
    const logs = await model.evaluate([[0, 0]], [[0]], { verbose: 0 });
    // 0.5 · (9 + 16)
    expect(logs).toEqual({ loss: 12.5, mse: 0 });
  });
});

describe('the order of the samples', () => {
  test('without shuffling, batches follow each other', async () => {
    const { model, batches } = recording();
    await model.fit(...counted(5), { batchSize: 2, shuffle: false, epochs: 2, verbose: 0 });
    expect(batches).toEqual([[0, 1], [2, 3], [4], [0, 1], [2, 3], [4]]);
  });

  test('with it, each epoch has every sample once, in an order of its own', async () => {
    const { model, batches } = recording();
    await model.fit(...counted(20), { batchSize: 20, epochs: 3, verbose: 0 });
    const inOrder = Array.from({ length: 20 }, (_, i) => i);
    for (const epoch of batches) {
      expect(epoch).not.toEqual(inOrder);
      expect(epoch.toSorted((a, b) => a - b)).toEqual(inOrder);
    }
    expect(new Set(batches.map(String)).size).toBe(3);
  });

  test('setSeed repeats it; another seed is another order', async () => {
    const orders = [];
    for (const seed of [1, 1, 2]) {
      setSeed(seed);
      const { model, batches } = recording();
      await model.fit(...counted(20), { batchSize: 8, verbose: 0 });
      orders.push(batches.flat());
    }
    expect(orders[1]).toEqual(orders[0]);
    expect(orders[2]).not.toEqual(orders[0]);
  });

  test('stepsPerEpoch ends an epoch early, and the next goes on from there', async () => {
    const { model, batches } = recording();
    await model.fit(...counted(6), { batchSize: 2, stepsPerEpoch: 2, epochs: 3, shuffle: false, verbose: 0 });
    expect(batches).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
  });

  test('initialEpoch goes on with a run', async () => {
    const { model, batches } = recording();
    const { epoch } = await model.fit(...counted(2), { initialEpoch: 3, epochs: 5, verbose: 0 });
    expect(epoch).toEqual([3, 4]);
    expect(batches).toHaveLength(2);
  });
});

describe('validation', () => {
  test('validationSplit keeps the last samples away from training', async () => {
    const { model, batches } = recording();
    const targets = HostArray.from([[0], [0], [0], [10], [10]]);
    const [samples] = counted(5);
    model.optimizer.learningRate = 0;
    const { history } = await model.fit(samples, targets, { validationSplit: 0.4, batchSize: 9, verbose: 0 });
    expect(batches.flat().toSorted()).toEqual([0, 1, 2]);
    // all weights are 0: the last two targets are 10² away
    expect(history).toEqual({ loss: [0], val_loss: [100] });
  });

  test('validationData may have weights', async () => {
    const model = linear();
    model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'mse', metrics: ['mae'], weightedMetrics: ['mae'] });
    const { history } = await model.fit(x, y, {
      validationData: [
        [
          [1, 1],
          [1, 1],
        ],
        [[1], [3]],
        [1, 0.5],
      ],
      verbose: 0,
    });
    // (1 · 1 + 0.5 · 9) / 2; (1 + 3) / 2; (1 · 1 + 0.5 · 3) / 1.5
    expect(history.val_loss![0]).toBeCloseTo(2.75, 5);
    expect(history.val_mae![0]).toBeCloseTo(2, 5);
    expect(history.val_weighted_mae![0]).toBeCloseTo(2.5 / 1.5, 5);
  });

  test('it has a batch size of its own, and does not change the training logs', async () => {
    const model = linear();
    model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'mse' });
    const sizes: number[] = [];
    model.testStep = function testStep(batch: Batch): void {
      sizes.push(batch.size);
      Model.prototype.testStep.call(this, batch);
    };
    const plain = await model.fit(x, y, { verbose: 0 });
    const { history } = await model.fit(x, y, { validationData: [x, y], validationBatchSize: 4, verbose: 0 });
    expect(sizes).toEqual([4, 4, 2]);
    expect(history.loss).toEqual(plain.history.loss);
    expect(history.val_loss![0]).toBeCloseTo(history.loss![0]!, 6);
  });
});

describe('weights of samples', () => {
  test('sampleWeight multiplies the loss of each sample', async () => {
    const model = linear();
    model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'mse' });
    const data: [number[][], number[][]] = [
      [
        [0, 0],
        [0, 0],
      ],
      [[1], [2]],
    ];
    const { history } = await model.fit(...data, { sampleWeight: Float32Array.of(3, 0.5), verbose: 0 });
    // (3 · 1 + 0.5 · 4) / 2
    expect(history.loss![0]).toBeCloseTo(2.5, 5);
  });

  test('classWeight gives each sample the weight of its class', async () => {
    const byClass = classifier();
    const bySample = classifier();
    const start = byClass.getWeights();
    bySample.setWeights(start);
    for (const model of [byClass, bySample]) model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    const options = { shuffle: false, batchSize: 4, verbose: 0 } as const;
    const one = await byClass.fit(x, classes, { ...options, classWeight: { 0: 2, 2: 0.5 } });
    const weights = Float32Array.from(classes.data as Int32Array, (label) => [2, 1, 0.5][label]!);
    const other = await bySample.fit(x, classes, { ...options, sampleWeight: weights });
    expect(one.history).toEqual(other.history);
    expect(weightsOf(byClass)).toEqual(weightsOf(bySample));
    for (const tensor of start) tensor.dispose();
  });

  test('classWeight reads one-hot labels too', async () => {
    const model = classifier();
    model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'mse' });
    const labels = [
      [0, 1, 0],
      [1, 0, 0],
    ];
    const plain = await model.fit(x.slice(0, 2), labels, { verbose: 0 });
    const doubled = await model.fit(x.slice(0, 2), labels, { classWeight: { 0: 2, 1: 2 }, verbose: 0 });
    expect(doubled.history.loss![0]).toBeCloseTo(2 * plain.history.loss![0]!, 3);
  });
});

describe('several inputs and outputs', () => {
  const [a, b] = [
    HostArray.from([
      [1, 2],
      [3, 4],
    ]),
    HostArray.from([
      [10, 20],
      [30, 40],
    ]),
  ];
  // both outputs are 33 and 77
  const [sum, diff] = [HostArray.from([[33], [76]]), HostArray.from([[31], [77]])];

  test.each([
    ['one loss for all', 'mse', undefined, 0.5 + 2],
    ['a list', ['mse', 'mae'], undefined, 0.5 + 1],
    ['by name', { diff: 'mae', sum: 'mse' }, undefined, 0.5 + 1],
    ['weighted', 'mse', [2, 10], 1 + 20],
    ['weighted by name', 'mse', { diff: 10 }, 0.5 + 20],
  ] as const)('losses as %s', async (_, loss, lossWeights, expected) => {
    const model = forked();
    model.compile({ optimizer: sgd({ learningRate: 0 }), loss: loss as 'mse', ...(lossWeights && { lossWeights }) });
    const { history } = await model.fit([a, b], [sum, diff], { verbose: 0 });
    expect(Object.keys(history)).toEqual(['diff_loss', 'loss', 'sum_loss']);
    expect(history.loss![0]).toBeCloseTo(expected, 4);
    expect(history.sum_loss![0]).toBeCloseTo(0.5, 4); // without its weight
  });

  test('an output without a loss', async () => {
    const model = forked();
    model.compile({ optimizer: 'sgd', loss: { diff: 'mse' } });
    const logs = await model.evaluate([a, b], [sum, diff], { verbose: 0 });
    expect(logs).toEqual({ diff_loss: expect.closeTo(2, 4), loss: expect.closeTo(2, 4) });
  });

  test.each([
    ['a list of lists', [['mae', 'mse'], ['mae']], ['diff_mae', 'sum_mae', 'sum_mse']],
    ['one for each output', ['mae', 'mse'], ['diff_mse', 'sum_mae']],
    ['by name', { diff: ['mae'] }, ['diff_mae']],
    ['by name, alone', { diff: 'mae' }, ['diff_mae']],
  ] as const)('metrics as %s', async (_, metrics, names) => {
    const model = forked();
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: metrics as never });
    const logs = await model.evaluate([a, b], [sum, diff], { verbose: 0 });
    expect(Object.keys(logs)).toEqual([...names, 'diff_loss', 'loss', 'sum_loss'].sort());
  });

  test('data by name, in any order', async () => {
    const model = forked();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const byPlace = await model.evaluate([a, b], [sum, diff], { verbose: 0 });
    expect(await model.evaluate({ b, a }, { diff, sum }, { verbose: 0 })).toEqual(byPlace);
  });

  test('weights for each output, or one for all', async () => {
    const model = forked();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const weigh = (sampleWeight: never) => model.evaluate([a, b], [sum, diff], { sampleWeight, verbose: 0 });
    const first = HostArray.from([1, 0]);
    const second = HostArray.from([0, 1]);
    // sum is off in the second sample by 1, diff in the first by 2
    expect(await weigh([second, first] as never)).toEqual({ loss: 2.5, sum_loss: 0.5, diff_loss: 2 });
    expect(await weigh(first as never)).toEqual({ loss: 2, sum_loss: 0, diff_loss: 2 });
    expect(await weigh({ sum: first, diff: second } as never)).toEqual({ loss: 0, sum_loss: 0, diff_loss: 0 });
  });
});

describe('names of logs', () => {
  test('of metrics that occur twice, and of weighted ones', async () => {
    const model = linear();
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae', 'mae', 'mse'], weightedMetrics: ['mse', 'mse'] });
    const logs = await model.evaluate(x, y, { verbose: 0 });
    expect(Object.keys(logs)).toEqual(['loss', 'mae', 'mae_1', 'mse', 'weighted_mse', 'weighted_mse_1']);
  });

  test('accuracy is the one that suits the labels', async () => {
    const model = classifier();
    model.compile({ optimizer: 'sgd', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy', 'acc'] });
    const logs = await model.evaluate(x, classes, { verbose: 0 });
    expect(Object.keys(logs)).toEqual(['acc', 'accuracy', 'loss']);
    expect(logs.accuracy).toBe(logs.acc);
  });
});

describe('ending it', () => {
  test('a signal: fit rejects with its reason, the weights stay as they are', async () => {
    const model = linear();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const controller = new AbortController();
    const steps: number[] = [];
    const running = model.fit(x, y, {
      batchSize: 1,
      epochs: 100,
      verbose: 0,
      signal: controller.signal,
      callbacks: {
        onTrainBatchEnd: (step) => {
          steps.push(step);
          if (step === 2) controller.abort(new Error('enough'));
        },
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(steps).toEqual([0, 1, 2]);
    expect(weightsOf(model)).not.toEqual([[0, 0], [0]]);
    expect((await model.fit(x, y, { verbose: 0 })).epoch).toEqual([0]);
  });

  test('a signal that was aborted before: nothing is trained', async () => {
    const model = linear();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const signal = AbortSignal.abort(new Error('no'));
    await expect(model.fit(x, y, { signal, verbose: 0 })).rejects.toThrow('no');
    await expect(model.evaluate(x, y, { signal, verbose: 0 })).rejects.toThrow('no');
    await expect(model.predict(x, { signal })).rejects.toThrow('no');
    expect(weightsOf(model)).toEqual([[0, 0], [0]]);
  });

  test('stopTraining ends it after the batch; the epoch is logged', async () => {
    const { model, batches } = recording();
    const { epoch } = await model.fit(...counted(9), {
      batchSize: 3,
      epochs: 5,
      verbose: 0,
      callbacks: lambdaCallback({
        onTrainBatchEnd: (step) => {
          if (step === 1) model.stopTraining = true;
        },
      }),
    });
    expect(batches).toHaveLength(2);
    expect(epoch).toEqual([0]);
  });

  test('an error in a callback comes out of fit', async () => {
    const model = linear();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const callbacks = { onEpochEnd: () => Promise.reject(new Error('from the callback')) };
    await expect(model.fit(x, y, { callbacks, verbose: 0 })).rejects.toThrow('from the callback');
  });

  test('early stopping puts the best weights back', async () => {
    const model = linear();
    model.compile({ optimizer: sgd({ learningRate: 3 }), loss: 'mse' }); // it gets worse
    const stop = earlyStopping({ monitor: 'loss', patience: 2, restoreBestWeights: true });
    const kept: unknown[] = [];
    const keep = lambdaCallback({ onEpochEnd: () => void kept.push(weightsOf(model)) });
    const callbacks = [keep, stop];
    const history = await model.fit(x, y, { epochs: 50, batchSize: 10, callbacks, verbose: 0 });
    expect(history.epoch).toHaveLength(3);
    expect(history.best('loss')).toEqual({ epoch: 0, value: history.history.loss![0] });
    expect(weightsOf(model)).toEqual(kept[0]);
    expect(kept[2]).not.toEqual(kept[0]);
  });
});

describe('callbacks', () => {
  test('are called in Keras’s order, with the logs so far', async () => {
    const model = linear();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const calls: string[] = [];
    const names = (logs: Logs): string => Object.keys(logs).join('+');
    await model.fit(x.slice(0, 2), y.slice(0, 2), {
      batchSize: 1,
      validationData: [x.slice(0, 1), y.slice(0, 1)],
      verbose: 0,
      callbacks: [
        {
          onTrainBegin: () => void calls.push('train begin'),
          onEpochBegin: (epoch) => void calls.push(`epoch ${epoch} begin`),
          onTrainBatchBegin: (batch) => void calls.push(`batch ${batch} begin`),
          onTrainBatchEnd: (batch, logs) => void calls.push(`batch ${batch} end ${names(logs)}`),
          onTestBegin: () => void calls.push('test begin'),
          onTestBatchBegin: (batch) => void calls.push(`test batch ${batch} begin`),
          onTestBatchEnd: (batch, logs) => void calls.push(`test batch ${batch} end ${names(logs)}`),
          onTestEnd: (logs) => void calls.push(`test end ${names(logs)}`),
          onEpochEnd: (epoch, logs) => void calls.push(`epoch ${epoch} end ${names(logs)}`),
          onTrainEnd: (logs) => void calls.push(`train end ${names(logs)}`),
        },
      ],
    });
    expect(calls).toEqual([
      'train begin',
      'epoch 0 begin',
      'batch 0 begin',
      'batch 0 end loss',
      'batch 1 begin',
      'batch 1 end loss',
      'test begin',
      'test batch 0 begin',
      'test batch 0 end loss',
      'test end loss',
      'epoch 0 end loss+val_loss',
      'train end loss+val_loss',
    ]);
  });

  test('know the model and what it was started with', async () => {
    class Seen extends Callback {
      names: string[] = [];
      override onTrainBegin(): void {
        this.names.push(this.model.name, JSON.stringify(this.params));
      }
    }
    const seen = new Seen();
    expect(() => seen.model).toThrow('Seen: there is no model yet: pass the callback to fit.');
    const model = linear();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await model.fit(x, y, { batchSize: 4, epochs: 2, callbacks: seen, verbose: 0 });
    expect(seen.names).toEqual(['net', '{"epochs":2,"steps":3,"batchSize":4,"samples":10,"verbose":0}']);
  });
});

describe('a loss that is NaN', () => {
  test('is said once, and training goes on', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const model = linear();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const { epoch } = await model.fit([[Number.NaN, 1]], [[1]], { epochs: 3, verbose: 0 });
    expect(epoch).toHaveLength(3);
    expect(warn.mock.calls).toEqual([
      [
        'capas: the loss became NaN in epoch 1: the weights are not usable any more. Common causes: a learning rate that is too high, inputs that are not scaled, NaN in the data. The callback TerminateOnNaN stops training at once.',
      ],
    ]);
    warn.mockRestore();
  });
});
