import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, ops, scope, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Callback } from '../callbacks/index.ts';
import { dense } from '../layers/index.ts';
import { type Model, Model as ModelClass } from '../models/model.ts';
import { clearSession } from '../naming.ts';
import { forked, linear, x, y } from '../testing/small-models.ts';
import type { StreamedBatch } from './batch-stream.ts';

const quiet = { verbose: 0 } as const;
const starts = [0, 4, 8];

function compiled(): Model {
  const model = linear();
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
  return model as unknown as Model;
}

/** The ten samples in batches of 4, 4 and 2. */
function* batches(): Generator<StreamedBatch> {
  for (const start of starts) yield [x.slice(start, start + 4), y.slice(start, start + 4)];
}

async function* later(): AsyncGenerator<StreamedBatch> {
  for (const batch of batches()) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield batch;
  }
}

const weightsOf = (model: Model): number[][] =>
  scope(() => model.weights.map(({ value }) => [...(value.dataSync() as Float32Array)]));

beforeEach(clearSession);

describe.each(['js', 'wasm', 'native'] as const)('on %s', (backend) => {
  beforeAll(() => useBackend(cpu({ prefer: [backend] })));

  test.each<[string, () => unknown]>([
    ['a function that makes a generator', () => batches],
    ['one that waits', () => later],
    ['what can be iterated over', () => ({ [Symbol.iterator]: batches })],
    ['what can be iterated over with waiting', () => ({ [Symbol.asyncIterator]: later })],
    ['records', () => () => [...batches()].map((batch) => ({ x: (batch as never)[0], y: (batch as never)[1] }))],
    [
      'records as in tfjs',
      () => () => [...batches()].map((batch) => ({ xs: (batch as never)[0], ys: (batch as never)[1] })),
    ],
  ])('%s trains, evaluates and predicts as arrays do, bit for bit', async (_, stream) => {
    const [model, reference] = [compiled(), compiled()];
    const trained = await model.fit(stream() as never, { ...quiet, epochs: 2, validationData: stream() as never });
    const expected = await reference.fit(x, y, {
      ...quiet,
      epochs: 2,
      batchSize: 4,
      shuffle: false,
      validationData: [x, y],
    });
    expect(weightsOf(model)).toEqual(weightsOf(reference));
    expect(trained.history).toEqual(expected.history);
    expect(await model.evaluate(stream() as never, quiet)).toEqual(
      await reference.evaluate(x, y, { ...quiet, batchSize: 4 }),
    );
    const [one, other] = [await model.predict(stream() as never), await reference.predict(x, { batchSize: 4 })];
    expect([...one.dataSync()]).toEqual([...other.dataSync()]);
    for (const tensor of [one, other]) tensor.dispose();
    model.dispose();
    reference.dispose();
  });

  test('a generator may fill the same array again', async () => {
    const [model, reference] = [compiled(), compiled()];
    const [xs, ys] = [HostArray.zeros([2, 2]), HostArray.zeros([2, 1])];
    await model.fit(function* () {
      for (let start = 0; start < 10; start += 2) {
        (xs.data as Float32Array).set(x.slice(start, start + 2).data as Float32Array);
        (ys.data as Float32Array).set(y.slice(start, start + 2).data as Float32Array);
        yield [xs, ys];
      }
    }, quiet);
    await reference.fit(x, y, { ...quiet, batchSize: 2, shuffle: false });
    expect(weightsOf(model)).toEqual(weightsOf(reference));
    model.dispose();
    reference.dispose();
  });

  test('tensors stay with the generator, and nothing is left behind', async () => {
    const model = compiled();
    const stream = function* (): Generator<StreamedBatch> {
      for (const start of starts) {
        const tensors = [toTensor(x.slice(start, start + 4)), toTensor(y.slice(start, start + 4))] as const;
        yield tensors;
        for (const tensor of tensors) tensor.dispose();
      }
    };
    await model.fit(stream, quiet);
    const before = memory().tensors;
    await model.fit(stream, { ...quiet, epochs: 2, validationData: stream });
    await model.evaluate(stream, quiet);
    (await model.predict(stream)).dispose();
    expect(memory().tensors).toBe(before);
    model.dispose();
  });
});

describe('epochs', () => {
  beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

  test('an epoch is as long as the stream; a function is called for each', async () => {
    const model = compiled();
    const calls = vi.fn(batches);
    const steps: number[] = [];
    await model.fit(calls, { ...quiet, epochs: 3, callbacks: { onTrainBatchEnd: (batch) => void steps.push(batch) } });
    expect(calls).toHaveBeenCalledTimes(3);
    expect(steps).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
  });

  test('with stepsPerEpoch a generator without end is asked for no batch more than needed', async () => {
    const model = compiled();
    let asked = 0;
    function* endless(): Generator<StreamedBatch> {
      for (;;) {
        asked++;
        yield [x, y];
      }
    }
    const generator = endless();
    const { epoch } = await model.fit(generator, { ...quiet, epochs: 3, stepsPerEpoch: 2 });
    expect([epoch, asked]).toEqual([[0, 1, 2], 6]);
    // it stays where it is, and goes on
    await model.fit(generator, { ...quiet, stepsPerEpoch: 2 });
    expect(asked).toBe(8);
    await model.evaluate(generator, { ...quiet, steps: 2 });
    (await model.predict(generator, { steps: 1 })).dispose();
    expect(asked).toBe(11);
  });

  test('the next batch is asked for while one is worked on', async () => {
    const model = compiled();
    const events: string[] = [];
    model.trainStep = () => void events.push('step');
    await model.fit(function* () {
      for (const batch of batches()) {
        events.push('asked');
        yield batch;
      }
    }, quiet);
    expect(events).toEqual(['asked', 'asked', 'step', 'asked', 'step', 'step']);
  });

  test('a stream that ends within stepsPerEpoch begins again with the next epoch', async () => {
    const model = compiled();
    const steps: number[] = [];
    await model.fit(batches, {
      ...quiet,
      epochs: 2,
      stepsPerEpoch: 5,
      callbacks: { onTrainBatchEnd: (batch) => void steps.push(batch) },
    });
    expect(steps).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test('a generator that has ended ends training', async () => {
    const model = compiled();
    const { epoch } = await model.fit(batches(), { ...quiet, epochs: 5 });
    expect(epoch).toEqual([0]);
  });

  test('it is told when it is left, and a function’s iterator is ended', async () => {
    const model = compiled();
    const end = vi.fn();
    await model.fit(
      function* () {
        try {
          for (;;) yield [x, y];
        } finally {
          end();
        }
      },
      { ...quiet, stepsPerEpoch: 2 },
    );
    await Promise.resolve();
    expect(end).toHaveBeenCalledTimes(1);
  });

  test('callbacks know how many steps there are once an epoch is over', async () => {
    const model = compiled();
    const known: number[] = [];
    class Watch extends Callback {
      override onEpochBegin(): void {
        known.push(this.params.steps);
      }
    }
    await model.fit(batches, { ...quiet, epochs: 2, callbacks: new Watch() });
    expect(known).toEqual([Number.POSITIVE_INFINITY, 3]);
  });

  test('validationFreq: every second epoch, or those that are named', async () => {
    for (const [validationFreq, count] of [
      [2, 2],
      [[1, 4, 5], 3],
    ] as const) {
      const model = compiled();
      const { history } = await model.fit(x, y, { ...quiet, epochs: 5, validationData: [x, y], validationFreq });
      expect([history.loss!.length, history.val_loss!.length]).toEqual([5, count]);
    }
  });

  test('validationSteps and steps: the first batches, of arrays too', async () => {
    const model = compiled();
    const first = await model.evaluate(x.slice(0, 8), y.slice(0, 8), { ...quiet, batchSize: 4 });
    expect(await model.evaluate(x, y, { ...quiet, batchSize: 4, steps: 2 })).toEqual(first);
    expect((await model.evaluate(batches, { ...quiet, steps: 2 })).loss).toBeCloseTo(first.loss!, 6);
    const output = await model.predict(x, { batchSize: 4, steps: 2 });
    expect(output.shape).toEqual([8, 1]);
    output.dispose();
    const { history } = await model.fit(x, y, {
      ...quiet,
      epochs: 2,
      validationData: batches,
      validationSteps: 1,
    });
    const last = await model.evaluate(x.slice(0, 4), y.slice(0, 4), quiet);
    expect(history.val_loss![1]).toBeCloseTo(last.loss!, 6);
  });

  test('weights of samples and of classes', async () => {
    const [model, weighted] = [compiled(), compiled()];
    const sampleWeight = Float32Array.from({ length: 10 }, (_, i) => i);
    await model.fit(x, y, { ...quiet, batchSize: 10, sampleWeight });
    await weighted.fit(() => [[x, y, sampleWeight]], quiet);
    expect(weightsOf(weighted)).toEqual(weightsOf(model));
    const labels = Float32Array.from({ length: 10 }, (_, i) => i % 2);
    const classWeight = { 0: 1, 1: 3 };
    await model.fit(x, labels, { ...quiet, batchSize: 10, classWeight });
    await weighted.fit(() => [[x, labels]], { ...quiet, classWeight });
    expect(weightsOf(weighted)).toEqual(weightsOf(model));
  });

  test('several inputs and outputs', async () => {
    const [model, reference] = [forked(), forked()];
    for (const each of [model, reference]) each.compile({ optimizer: 'sgd', loss: 'mse' });
    const streamed: StreamedBatch[] = [{ x: { a: x, b: x }, y: [y, y] }, [[x, x] as const, { sum: y, diff: y }]];
    await model.fit(() => streamed, quiet);
    for (const _ of [0, 1]) await reference.fit([x, x], [y, y], { ...quiet, batchSize: 10 });
    expect(weightsOf(model as unknown as Model)).toEqual(weightsOf(reference as unknown as Model));
  });

  test('prediction takes batches of samples alone, also of lists of numbers', async () => {
    const model = compiled();
    const output = await model.predict(() => [
      x,
      [
        [1, 2],
        [3, 4],
      ],
      { input_layer: x },
      [x, y],
    ]);
    expect(output.shape).toEqual([32, 1]);
    output.dispose();
  });

  test('an abort ends waiting for a batch', async () => {
    const model = compiled();
    const controller = new AbortController();
    const running = model.fit(
      async function* () {
        yield [x, y];
        await new Promise(() => {});
      },
      { ...quiet, signal: controller.signal },
    );
    setTimeout(() => controller.abort(), 20);
    await expect(running).rejects.toThrow(/abort/i);
  });

  test('an error of the generator is that of fit', async () => {
    const model = compiled();
    await expect(
      model.fit(function* () {
        yield [x, y];
        throw new RangeError('the disk is gone');
      }, quiet),
    ).rejects.toThrow(RangeError);
  });
});

describe('what is refused', () => {
  beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
  const any = (value: unknown): never => value as never;

  test.each<[string, (model: Model) => unknown, string]>([
    [
      'no batch',
      (model) => model.fit(() => [], quiet),
      "fit: `x` must be a stream of one batch or more. Received: 'none'.",
    ],
    [
      'a batch that is none',
      (model) =>
        model.fit(
          any(() => [3]),
          quiet,
        ),
      'fit: batch 0: `batch` must be [x, y], [x, y, sampleWeight] or { x, y }. Received: 3.',
    ],
    [
      'a batch of another shape, in its middle',
      (model) =>
        model.fit(
          any(() => [
            [x, y],
            [HostArray.zeros([4, 3]), y],
          ]),
          quiet,
        ),
      "fit: batch 1: model 'net' expects samples of shape [2]. Received: `x` with samples of shape [3].",
    ],
    [
      'no targets',
      (model) => model.fit(() => [[x]], quiet),
      "Model 'net': `y` must be given: the losses and metrics of `compile` compare the outputs with it. Received: undefined.",
    ],
    [
      'targets beside the stream',
      (model) => model.fit(any(batches), any(y), quiet),
      'fit: `y` must be left out where `x` is a stream: each batch has its own, [x, y].',
    ],
    [
      'a batch size',
      (model) => model.fit(batches, { ...quiet, batchSize: 4 }),
      'fit: `batchSize` must be left out where `x` is a stream: batches are taken as they come. Received: 4.',
    ],
    [
      'a share for validation',
      (model) => model.fit(batches, { ...quiet, validationSplit: 0.5 }),
      'fit: `validationSplit` must be left out where `x` is a stream: give `validationData`. Received: 0.5.',
    ],
    [
      'validationFreq 0',
      (model) => model.fit(x, y, { ...quiet, validationFreq: 0 }),
      'fit: `validationFreq` must be a positive integer, or a list of them: epochs. Received: 0.',
    ],
    [
      'validationSteps 0',
      (model) => model.fit(x, y, { ...quiet, validationSteps: 0 }),
      'fit: `validationSteps` must be a positive integer. Received: 0.',
    ],
    [
      'a function that gives nothing',
      (model) =>
        model.fit(
          any(() => {}),
          quiet,
        ),
      'fit: `x` must be a function that returns a generator or what can be iterated over. Received: undefined.',
    ],
    [
      'weights of another length',
      (model) => model.fit(() => [[x, y, [1, 2]]], quiet),
      'fit: batch 0: `x` has 10 samples, but `sampleWeight` has 2 ([1, 2]).',
    ],
  ])('%s', async (_, call, message) => {
    const model = compiled();
    await expect(async () => call(model)).rejects.toThrow(message);
  });
});

test('a model without a loss takes no targets: its layers add theirs', async () => {
  await useBackend(cpu({ prefer: ['js'] }));
  class ToOne extends ModelClass {
    readonly dense = dense({ units: 1 });
    override call(inputs: Tensor): Tensor {
      const output = this.dense.apply(inputs);
      this.addLoss(ops.mean(ops.square(ops.subtract(output, 1))));
      return output;
    }
  }
  const model = new ToOne();
  model.compile({ optimizer: { className: 'SGD', config: { learningRate: 0.2 } } });
  const { history } = await model.fit(x, null, { ...quiet, epochs: 30 });
  expect(history.loss!.at(-1)).toBeLessThan(0.5 * history.loss![0]!);
  const streamed = await model.fit(() => [[x]], quiet);
  expect(streamed.history.loss![0]).toBeLessThan(0.5 * history.loss![0]!);
});
