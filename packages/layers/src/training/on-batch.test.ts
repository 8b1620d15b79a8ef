import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, ops, scope, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { batchNormalization, dense, dropout } from '../layers/index.ts';
import { meanAbsoluteError } from '../metrics/index.ts';
import { sequential } from '../models/sequential.ts';
import { adam, sgd } from '../optimizers/index.ts';
import { classes, classifier, forked, linear, x, y } from '../testing/small-models.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const samples = [
  [1, 2],
  [0, 1],
];
const targets = [[3], [1]];

describe('trainOnBatch', () => {
  test('makes one step, and its logs are from before it', async () => {
    const model = linear();
    model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'mse', metrics: ['mae'] });
    // predictions 0: (9 + 1) / 2 and (3 + 1) / 2
    expect(await model.trainOnBatch(samples, targets)).toEqual({ loss: 5, mae: 2 });
    // gradient of the kernel: −2 / 2 · (3 · [1, 2] + 1 · [0, 1]), of the bias: −(3 + 1)
    scope(() => {
      const [kernel, bias] = model.getWeights() as [Tensor, Tensor];
      expect([...kernel.dataSync(), ...bias.dataSync()]).toEqual(
        [0.3, 0.7, 0.4].map((value) => expect.closeTo(value, 6)),
      );
    });
  });

  test('is what fit does', async () => {
    const [one, other] = [linear(), linear()];
    for (const model of [one, other]) model.compile({ optimizer: 'adam', loss: 'mse' });
    await one.fit(x, y, { batchSize: 5, epochs: 2, shuffle: false, verbose: 0 });
    for (let step = 0; step < 4; step++) {
      const start = (step % 2) * 5;
      await other.trainOnBatch(x.slice(start, start + 5), y.slice(start, start + 5));
    }
    const both = [one, other].map((model) => model.weights.map(({ value }) => [...value.dataSync()]));
    expect(both[0]).toEqual(both[1]);
  });

  test('logs gather until resetMetrics', async () => {
    const model = linear();
    model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'mse' });
    await model.trainOnBatch([[0, 0]], [[1]]);
    expect(await model.trainOnBatch([[0, 0]], [[3]])).toEqual({ loss: 5 });
    model.resetMetrics();
    expect(await model.trainOnBatch([[0, 0]], [[3]])).toEqual({ loss: 9 });
  });

  test('takes weights of samples and of classes', async () => {
    const model = classifier();
    model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'sparseCategoricalCrossentropy' });
    const plain = await model.testOnBatch(x, classes);
    model.resetMetrics();
    const doubled = await model.testOnBatch(x, classes, { classWeight: { 0: 2, 1: 2, 2: 2 } });
    expect(doubled.loss).toBeCloseTo(2 * plain.loss!, 5);
    model.resetMetrics();
    const half = await model.testOnBatch(x, classes, { sampleWeight: new Float32Array(10).fill(0.5) });
    expect(half.loss).toBeCloseTo(plain.loss! / 2, 5);
  });
});

describe('testOnBatch', () => {
  test('changes no weight and is in inference', async () => {
    const model = sequential([
      dropout({ rate: 1, inputShape: [2] }),
      batchNormalization(),
      dense({ units: 1, kernelInitializer: 'ones' }),
    ]);
    model.compile({ optimizer: 'sgd', loss: 'mae' });
    const before = scope(() => model.getWeights().map((weight) => [...weight.dataSync()]));
    const logs = await model.testOnBatch(samples, targets);
    // nothing is dropped, and the moving statistics are 0 and 1: 3 and 1, but for epsilon
    expect(logs.loss).toBeCloseTo(0, 2);
    expect(scope(() => model.getWeights().map((weight) => [...weight.dataSync()]))).toEqual(before);
  });
});

describe('predict', () => {
  test('joins the outputs of all batches, whatever their size', async () => {
    const model = classifier();
    const whole = await model.predict(x, { batchSize: 10 });
    expect(whole.shape).toEqual([10, 3]);
    for (const batchSize of [1, 3, 32]) {
      const parts = await model.predict(x, { batchSize });
      expect([...parts.dataSync()]).toEqual([...whole.dataSync()].map((value) => expect.closeTo(value, 6)));
      parts.dispose();
    }
    const once = model.predictOnBatch(x);
    expect(once.shape).toEqual([10, 3]);
    for (const tensor of [whole, once]) tensor.dispose();
  });

  test('gives a list for several outputs', async () => {
    const outputs = await forked().predict<Tensor[]>([x, x], { batchSize: 4 });
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [10, 1],
      [10, 1],
    ]);
    const [first] = outputs[0]!.dataSync();
    expect(first).toBeCloseTo(2 * (Math.sin(0) + Math.sin(1)), 5);
    for (const tensor of outputs) tensor.dispose();
  });

  test('is silent, unless it is asked to say how far it is', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const model = linear();
    (await model.predict(x)).dispose();
    (await model.predict(x, { batchSize: 5, verbose: 2 })).dispose();
    const printed = write.mock.calls.map(([text]) => text);
    write.mockRestore();
    expect(printed).toEqual([expect.stringMatching(/^2\/2 - 0s - \d+[um]s\/step\n$/)]);
  });

  test('bytes are fine where floats are meant', async () => {
    const bytes = new HostArray(Uint8Array.of(1, 2, 3, 4), [2, 2]);
    const model = linear();
    model.setWeights([[[1], [10]], [0]]);
    const output = await model.predict(bytes);
    expect(output.arraySync()).toEqual([[21], [43]]);
    output.dispose();
  });

  test('its output is freed by `using`', async () => {
    const model = linear();
    (await model.predict(x)).dispose();
    const { tensors } = memory();
    {
      using output = (await model.predict(x)) as Tensor & Disposable;
      expect(output.shape).toEqual([10, 1]);
    }
    expect(memory().tensors).toBe(tensors);
  });
});

describe('evaluate', () => {
  test('is the mean over the samples, whatever the batches', async () => {
    const model = linear();
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'] });
    const expected = { loss: expect.closeTo((1 + 4 + 25) / 3, 5), mae: expect.closeTo(8 / 3, 5) };
    const data = [
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      [[1], [2], [5]],
    ] as const;
    for (const batchSize of [1, 2, 3, 32])
      expect(await model.evaluate(data[0], data[1], { batchSize, verbose: 0 })).toEqual(expected);
  });

  test('takes weights of samples', async () => {
    const model = linear();
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'], weightedMetrics: ['mse'] });
    const logs = await model.evaluate(
      [
        [0, 0],
        [0, 0],
      ],
      [[1], [2]],
      { sampleWeight: [1, 3], verbose: 0 },
    );
    // (1 + 3 · 4) / 2, (1 + 2) / 2, (1 + 3 · 4) / 4
    expect(logs).toEqual({ loss: 6.5, mae: 1.5, mse: 3.25 });
  });
});

describe('what compile was given stays the caller’s', () => {
  test('an optimizer goes on in the next compilation', async () => {
    const model = linear();
    const optimizer = adam();
    for (const loss of ['mse', 'mae'] as const) {
      model.compile({ optimizer, loss });
      await model.fit(x, y, { verbose: 0 });
    }
    expect([...optimizer.iterations.value.dataSync()]).toEqual([2]);
    model.dispose();
    expect(optimizer.iterations.isDisposed).toBe(false);
    optimizer.dispose();
  });

  test('so does a metric', async () => {
    const model = linear();
    const metric = meanAbsoluteError({ name: 'error' });
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [metric] });
    const logs = await model.evaluate(x, y, { verbose: 0 });
    model.dispose();
    scope(() => void expect(metric.result().dataSync()[0]).toBe(logs.error));
    metric.dispose();
  });

  test('a string is looked up anew: nothing is shared between models', async () => {
    const models = [linear(), linear()];
    for (const model of models) model.compile({ optimizer: 'adam', loss: 'mse' });
    models[0]!.dispose();
    await models[1]!.fit(x, y, { verbose: 0 });
    expect(models[1]!.optimizer.iterations.value.dataSync()[0]).toBe(1);
  });

  test('a tensor of the caller is not freed', async () => {
    const data = toTensor(x);
    const model = linear();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await model.fit(data, y, { verbose: 0 });
    await model.evaluate(data, y, { verbose: 0 });
    (await model.predict(data)).dispose();
    await model.trainOnBatch(data, y);
    expect(data.isDisposed).toBe(false);
    data.dispose();
  });
});

test('a function is a loss and a metric', async () => {
  const model = linear();
  const truth = (yTrue: Tensor): Tensor => yTrue;
  const error = (yTrue: Tensor, yPred: Tensor): Tensor => ops.mean(ops.subtract(yTrue, yPred), { axis: -1 });
  model.compile({ optimizer: 'sgd', loss: error, metrics: [truth] });
  const logs = await model.evaluate(
    [
      [0, 0],
      [0, 0],
    ],
    [[1], [2]],
    { verbose: 0 },
  );
  expect(logs).toEqual({ loss: 1.5, truth: 1.5 });
});
