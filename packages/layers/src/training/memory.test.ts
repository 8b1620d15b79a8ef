import { cpu } from '@capas/backend-cpu';
import { dispose, memory, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { earlyStopping } from '../callbacks/index.ts';
import type { Model } from '../models/model.ts';
import { classes, classifier, forked, linear, x, y } from '../testing/small-models.ts';

// Tensors are counted exactly around every public call, once the weights, slots and metrics of the model are there.

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const quiet = { verbose: 0, batchSize: 4 } as const;

async function warm(): Promise<Model> {
  const model = classifier();
  model.compile({
    optimizer: 'adam',
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    weightedMetrics: ['accuracy'],
  });
  await model.fit(x, classes, quiet);
  return model as unknown as Model;
}

/** What a call leaves behind. What earlier calls returned and everybody forgot may be freed meanwhile, and does not count. */
async function left(call: () => unknown): Promise<number> {
  const before = memory();
  await call();
  const after = memory();
  expect(after.buffers - before.buffers).toBe(after.tensors - before.tensors);
  return Math.max(0, after.tensors - before.tensors);
}

describe.each(['js', 'wasm'] as const)('on %s, nothing is left by', (backend) => {
  beforeAll(() => useBackend(cpu({ prefer: [backend] })));
  const tensors: Record<string, Tensor> = {};

  test.each<[string, (model: Model) => unknown]>([
    ['fit', (model) => model.fit(x, classes, { ...quiet, epochs: 2 })],
    ['fit with validation', (model) => model.fit(x, classes, { ...quiet, epochs: 2, validationSplit: 0.3 })],
    ['fit with validation data', (model) => model.fit(x, classes, { ...quiet, validationData: [x, classes] })],
    ['fit with weights', (model) => model.fit(x, classes, { ...quiet, sampleWeight: new Float32Array(10).fill(2) })],
    ['fit with class weights', (model) => model.fit(x, classes, { ...quiet, classWeight: { 0: 2 } })],
    [
      'fit with callbacks',
      (model) =>
        model.fit(x, classes, {
          ...quiet,
          epochs: 3,
          callbacks: [earlyStopping({ monitor: 'loss', restoreBestWeights: true }), { onTrainBatchEnd: () => {} }],
        }),
    ],
    [
      'fit on tensors',
      (model) => {
        tensors.x ??= toTensor(x);
        tensors.y ??= toTensor(classes);
        return model.fit(tensors.x, tensors.y, quiet);
      },
    ],
    ['evaluate', (model) => model.evaluate(x, classes, { ...quiet, sampleWeight: new Float32Array(10).fill(2) })],
    ['predict, but its output', async (model) => dispose(await model.predict(x, { batchSize: 4 }))],
    ['predictOnBatch, but its output', (model) => dispose(model.predictOnBatch(x))],
    ['trainOnBatch', (model) => model.trainOnBatch(x, classes, { classWeight: { 1: 3 } })],
    ['testOnBatch', (model) => model.testOnBatch(x, classes)],
    ['getWeights, but its copies', (model) => dispose(model.getWeights())],
    ['summary', (model) => model.summary({ print: () => {} })],
  ])('%s', async (name, call) => {
    const model = await warm();
    const given = name === 'fit on tensors' ? 2 : 0; // they are the caller's
    expect(await left(() => call(model))).toBe(given);
    dispose(tensors);
    model.dispose(); // else it may go in the middle of another test
  });

  test('all of it, once the model is disposed of', async () => {
    expect(
      await left(async () => {
        const model = await warm();
        await model.evaluate(x, classes, quiet);
        model.dispose();
      }),
    ).toBe(0);
  });

  test('a model that is compiled again', async () => {
    const model = await warm();
    const change = await left(async () => {
      for (const optimizer of ['sgd', 'adam'] as const) {
        model.compile({
          optimizer,
          loss: 'sparseCategoricalCrossentropy',
          metrics: ['accuracy'],
          weightedMetrics: ['accuracy'],
        });
        await model.fit(x, classes, quiet);
      }
    });
    expect(change).toBe(0);
  });

  test('a model with several inputs and outputs', async () => {
    const model = forked();
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [['mae'], ['mae']] });
    await model.fit([x, x], [y, y], quiet);
    expect(await left(() => model.fit({ a: x, b: x }, [y, y], quiet))).toBe(0);
    expect(await left(async () => dispose(await model.predict([x, x])))).toBe(0);
  });
});

describe('nothing is left by a call that throws:', () => {
  const stop = AbortSignal.abort(new Error('stopped'));
  const inTheMiddle = () => {
    const controller = new AbortController();
    const hooks = { onTrainBatchEnd: () => controller.abort(new Error('stopped')) };
    const keeping = earlyStopping({ monitor: 'loss', restoreBestWeights: true });
    return { signal: controller.signal, callbacks: [keeping, hooks] };
  };
  const fails = () => {
    throw new Error('from a callback');
  };

  test.each<[string, (model: Model) => unknown]>([
    ['data of another shape', (model) => model.fit([[1, 2, 3]], [0], quiet)],
    ['labels that are no class', (model) => model.fit(x, new Int32Array(10).fill(7), quiet)],
    ['weights of another length', (model) => model.fit(x, classes, { ...quiet, sampleWeight: [1, 2] })],
    ['a signal', (model) => model.fit(x, classes, { ...quiet, signal: stop })],
    ['a signal in the middle', (model) => model.fit(x, classes, { ...quiet, ...inTheMiddle() })],
    [
      'a callback at the end of a batch',
      (model) => model.fit(x, classes, { ...quiet, callbacks: { onTrainBatchEnd: fails } }),
    ],
    [
      'a callback after early stopping kept weights',
      (model) =>
        model.fit(x, classes, {
          ...quiet,
          callbacks: [earlyStopping({ monitor: 'loss', restoreBestWeights: true }), { onEpochEnd: fails }],
        }),
    ],
    ['evaluate', (model) => model.evaluate(x, classes, { ...quiet, callbacks: { onTestBatchEnd: fails } })],
    ['predict', (model) => model.predict(x, { signal: stop })],
    ['predict on another shape', (model) => model.predict([[1]])],
    ['trainOnBatch', (model) => model.trainOnBatch(x, [[1, 2, 3]])],
    ['testOnBatch', (model) => model.testOnBatch([[1, 2]], [9])],
  ])('%s', async (_, call) => {
    const model = await warm();
    expect(await left(() => expect(async () => call(model)).rejects.toThrow())).toBe(0);
  });

  test('the first step of a model, by its loss', async () => {
    const model = linear();
    model.compile({ optimizer: 'adam', loss: () => fails(), metrics: ['mae'] });
    await expect(model.fit(x, y, quiet)).rejects.toThrow('from a callback');
    expect(await left(() => expect(model.fit(x, y, quiet)).rejects.toThrow('from a callback'))).toBe(0);
  });
});
