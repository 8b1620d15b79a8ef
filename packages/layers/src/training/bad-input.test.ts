import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dense, input } from '../layers/index.ts';
import * as metrics from '../metrics/index.ts';
import { model as functional } from '../models/functional.ts';
import type { Model } from '../models/model.ts';
import { sequential } from '../models/sequential.ts';
import { clearSession } from '../naming.ts';
import { adam, sgd } from '../optimizers/index.ts';
import { classes, classifier, forked, linear, x, y } from '../testing/small-models.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
beforeEach(clearSession);

/** All that training changes: the weights, the optimizer, and how many tensors there are. */
const stateOf = (model: Model): unknown =>
  scope(() => ({
    weights: model.weights.map(({ value }) => [...value.dataSync()]),
    optimizer: model.isCompiled ? model.optimizer.variables.map(({ value }) => [...value.dataSync()]) : [],
  }));

/** Checks that a call rejects with this text and changes nothing. */
async function refuses(model: Model, call: () => unknown, message: string): Promise<void> {
  const before = stateOf(model);
  await expect(async () => call()).rejects.toThrow(message);
  expect(stateOf(model)).toEqual(before);
}

const any = (value: unknown): never => value as never;
const quiet = { verbose: 0 } as const;

function compiled(): Model {
  const model = linear();
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
  return model as unknown as Model;
}

function compiledClassifier(loss: 'sparseCategoricalCrossentropy' | 'categoricalCrossentropy'): Model {
  const model = classifier(); // with batch normalization: a forward pass while training would change it
  model.compile({ optimizer: 'sgd', loss, metrics: ['accuracy'] });
  return model as unknown as Model;
}

describe('before compile', () => {
  test.each([
    ['fit', (model: Model) => model.fit(x, y, quiet)],
    ['evaluate', (model: Model) => model.evaluate(x, y, quiet)],
    ['trainOnBatch', (model: Model) => model.trainOnBatch(x, y)],
    ['testOnBatch', (model: Model) => model.testOnBatch(x, y)],
    ['optimizer', (model: Model) => model.optimizer],
    ['resetMetrics', (model: Model) => model.resetMetrics()],
  ])('%s asks for it', async (_, call) => {
    const model = linear() as unknown as Model;
    await refuses(
      model,
      () => call(model),
      "Model 'net' must be compiled first: call `model.compile({ optimizer, loss })`.",
    );
  });

  test('predict needs none', async () => {
    expect((await linear().predict(x)).shape).toEqual([10, 1]);
  });
});

describe('compile', () => {
  test.each([
    [{ optimizer: 'adamm', loss: 'mse' }, "Unknown optimizer: 'adamm'. Did you mean 'adam'"],
    [{ loss: 'msee' }, "Unknown loss: 'msee'. Did you mean 'mse'"],
    [{ loss: 'mse', metrics: ['acuracy'] }, "Unknown metric: 'acuracy'. Did you mean 'accuracy'"],
    [{ loss: 'mse', weightedMetrics: ['msee'] }, "Unknown metric: 'msee'. Did you mean 'mse'"],
    [{ loss: 'mse', metric: ['mae'] }, "Unknown option of compile: 'metric'. Did you mean 'metrics'?"],
    [{ loss: 'mse', loss_weights: [1] }, "Unknown option of compile: 'loss_weights'. Did you mean 'lossWeights'?"],
    [undefined, 'compile: `options` must be an object. Received: undefined.'],
  ])('refuses %o', (options, message) => {
    expect(() => linear().compile(any(options))).toThrow(message);
  });

  test.each([
    [
      { metrics: [metrics.precision({ classId: 3 })] },
      'Precision: `classId` must be one of the 3 classes of the output, from 0 on. Received: 3.',
    ],
    [
      { weightedMetrics: [metrics.recall({ topK: 4 })] },
      'Recall: `topK` must be at most 3, the number of classes of the output. Received: 4.',
    ],
    [
      { metrics: [metrics.auc({ multiLabel: true, numLabels: 2 })] },
      'AUC: with `multiLabel`, yPred must be [batch, 2]. Received: [null, 3].',
    ],
  ])('refuses what the model cannot be trained or measured with: %#', (options, message) => {
    expect(() => classifier().compile(any({ loss: 'mse', ...options }))).toThrow(message);
  });

  test.each([
    ['f1_score', 'F1Score: expected [batch, classes]. Received: yPred [null, 5, 2].'],
    ['r2_score', 'R2Score: expected [batch, outputs]. Received: yPred [null, 5, 2].'],
  ])('%s cannot measure sequences', (metric, message) => {
    const model = sequential([dense({ units: 2, inputShape: [5, 3] })]);
    expect(() => model.compile(any({ loss: 'mse', metrics: [metric] }))).toThrow(message);
  });

  test.each([-0.1, Number.NaN])('a learning rate of %d is refused where the optimizer is made', (learningRate) => {
    const message = (name: string) => `${name}: \`learningRate\` must be a number from 0`;
    expect(() => sgd({ learningRate })).toThrow(message('SGD'));
    expect(() => adam({ learningRate })).toThrow(message('Adam'));
    const optimizer = { className: 'Adam', config: { learningRate } };
    expect(() => linear().compile({ optimizer, loss: 'mse' })).toThrow(message('Adam'));
  });

  test('leaves what was compiled before in use', () => {
    const model = compiled();
    const { optimizer } = model;
    expect(() => model.compile(any({ loss: 'msee' }))).toThrow();
    expect(model.optimizer).toBe(optimizer);
  });

  test.each([
    [{ loss: ['mse'] }, "compile: `loss` must be a list of 2, one for each output (sum, diff). Received: ['mse']."],
    [{ loss: { summ: 'mse' } }, "Unknown output in `loss`: 'summ'. Did you mean 'sum'"],
    [
      { loss: 'mse', lossWeights: [1] },
      'compile: `lossWeights` must be a list of 2, one for each output (sum, diff). Received: [1].',
    ],
    [
      { loss: 'mse', metrics: ['mae'] },
      "compile: `metrics` must be a list of 2, one for each output (sum, diff). Received: ['mae'].",
    ],
    [{ loss: 'mse', metrics: { dif: ['mae'] } }, "Unknown output in `metrics`: 'dif'. Did you mean 'diff'"],
  ])('for two outputs, fit refuses %o', async (options, message) => {
    const model = forked() as unknown as Model;
    model.compile(any(options));
    await refuses(model, () => model.fit([x, x], [y, y], quiet), message);
  });

  test('without a loss there is nothing to minimise', async () => {
    const model = linear() as unknown as Model;
    model.compile({ optimizer: 'sgd' });
    await refuses(
      model,
      () => model.fit(x, y, quiet),
      "Model 'net': `loss` must be given to compile: there is nothing to minimise. Received: undefined.",
    );
  });
});

describe('options of fit', () => {
  test.each([
    [{ batchSize: 0 }, 'fit: `batchSize` must be a positive integer. Received: 0.'],
    [{ batchSize: 2.5 }, 'fit: `batchSize` must be a positive integer. Received: 2.5.'],
    [{ epochs: -1 }, 'fit: `epochs` must be a positive integer. Received: -1.'],
    [{ epochs: '5' }, "fit: `epochs` must be a positive integer. Received: '5'."],
    [{ initialEpoch: -1 }, 'fit: `initialEpoch` must be an integer of at least 0. Received: -1.'],
    [{ stepsPerEpoch: 0 }, 'fit: `stepsPerEpoch` must be a positive integer. Received: 0.'],
    [{ validationBatchSize: 0 }, 'fit: `validationBatchSize` must be a positive integer. Received: 0.'],
    [{ validationSplit: 1.5 }, 'fit: `validationSplit` must be a number from 0 to 1. Received: 1.5.'],
    [
      { validationSplit: 1 },
      'fit: `validationSplit` must be a share that leaves samples on both sides of 10. Received: 1.',
    ],
    [
      { validationData: x },
      'fit: `validationData` must be [x, y] or [x, y, sampleWeight]. Received: HostArray of shape [10, 2] and dtype float32.',
    ],
    [{ validationData: [x] }, 'fit: `validationData` must be [x, y] or [x, y, sampleWeight].'],
    [{ verbose: 3 }, "fit: `verbose` must be 0, 1, 2 or 'auto'. Received: 3."],
    [{ batch_size: 8 }, "Unknown option of fit: 'batch_size'. Did you mean 'batchSize'?"],
    [{ epoch: 8 }, "Unknown option of fit: 'epoch'. Did you mean 'epochs'?"],
    [{ callbacks: { onEpochEn: () => {} } }, "Unknown callback hook: 'onEpochEn'. Did you mean 'onEpochEnd'"],
    [{ callbacks: [3] }, 'callbacks: `callback` must be a Callback or an object of hooks. Received: 3.'],
    [
      { sampleWeight: new Float32Array(10), classWeight: { 0: 1 } },
      'fit: `classWeight` must be left out where `sampleWeight` is given: multiply them yourself. Received: {"0":1}.',
    ],
    [
      { classWeight: { cat: 2 } },
      'fit: `classWeight` must be a record from class labels (integers from 0) to weights of at least 0.',
    ],
    [
      { classWeight: { 0: -2 } },
      'fit: `classWeight` must be a record from class labels (integers from 0) to weights of at least 0.',
    ],
  ])('refuses %o', async (options, message) => {
    const model = compiled();
    await refuses(model, () => model.fit(x, y, { ...quiet, ...(options as object) }), message);
  });

  test.each([
    ['evaluate', 'batchsize', "Unknown option of evaluate: 'batchsize'. Did you mean 'batchSize'?"],
    ['predict', 'batch', "Unknown option of predict: 'batch'. Known: batchSize, steps, verbose, callbacks, signal."],
    ['trainOnBatch', 'sampleWeights', "Unknown option of trainOnBatch: 'sampleWeights'. Did you mean 'sampleWeight'"],
  ] as const)('%s refuses %s', async (method, key, message) => {
    const model = compiled();
    const args = method === 'predict' ? [x, { [key]: 1 }] : [x, y, { [key]: 1 }];
    await refuses(model, () => (model[method] as (...args: unknown[]) => unknown)(...args), message);
  });

  test.each(['evaluate', 'predict'] as const)('%s refuses batchSize 0', async (method) => {
    const model = compiled();
    const options = { batchSize: 0 };
    const call = () => (method === 'predict' ? model.predict(x, options) : model.evaluate(x, y, options));
    await refuses(model, call, `${method}: \`batchSize\` must be a positive integer. Received: 0.`);
  });
});

describe('data', () => {
  test.each<[string, unknown, unknown, string]>([
    ['no x', undefined, y, 'fit: `x` must be an array of samples. Received: undefined.'],
    ['no y', x, undefined, 'fit: `y` must be an array of samples. Received: undefined.'],
    ['null', null, y, 'fit: `x` must be an array of samples. Received: null.'],
    ['a number', 3, y, 'fit: `x` must be a HostArray, tensor, typed array or nested lists of numbers. Received: 3.'],
    [
      'a string',
      'x',
      y,
      "fit: `x` must be a HostArray, tensor, typed array or nested lists of numbers. Received: 'x'.",
    ],
    ['an empty list', [], [], 'fit: `x` must be an array with at least one sample. Received: [].'],
    [
      'an empty array',
      HostArray.zeros([0, 2]),
      HostArray.zeros([0, 1]),
      'fit: `x` must be an array with at least one sample.',
    ],
    [
      'lists of different lengths',
      [[1, 2], [3]],
      [1, 2],
      'fit: `x` must be nested lists of equal lengths (pad sequences with padSequences). Received: [[1, 2], [3]].',
    ],
    ['strings', [['a', 'b']], [1], "fit: `x` must be numbers: input 'input_layer' is float32. Received: 'strings'."],
    ['strings among numbers', [[1, 'b']], [1], "fit: `x` must be nested lists of numbers. Received: [[1, 'b']]."],
    [
      'undefined among numbers',
      [[1, undefined]],
      [1],
      'fit: `x` must be nested lists of numbers. Received: [[1, undefined]].',
    ],
    [
      'another rank',
      [1, 2],
      [1, 2],
      "fit: model 'net' expects samples of shape [2]. Received: `x` with samples of shape [].",
    ],
    [
      'another size',
      [[1, 2, 3]],
      [1],
      "fit: model 'net' expects samples of shape [2]. Received: `x` with samples of shape [3].",
    ],
    ['other lengths', x, [1, 2, 3], 'fit: `x` has 10 samples, but `y` has 3. Every array needs one item per sample.'],
    ['too many inputs', [x, x], y, "fit: model 'net' has 1 input(s). Received: `x` with 2 array(s)."],
    ['too many outputs', x, [y, y], "Model 'net' has 1 output(s) (out). Received: `y` with 2 array(s)."],
    ['an unknown input', { input_layr: x }, y, "Unknown key of `x` in fit: 'input_layr'. Did you mean 'input_layer'?"],
    ['an unknown output', x, { oout: y }, "Unknown key of `y` in fit: 'oout'. Did you mean 'out'?"],
    [
      'targets of another shape',
      x,
      HostArray.zeros([10, 3]),
      'MeanSquaredError: `yTrue` must have the shape of `yPred`. Received: yTrue [10, 3], yPred [10, 1].',
    ],
    [
      'more targets than units',
      x,
      HostArray.zeros([10, 3]),
      'Received: yTrue [10, 3], yPred [10, 1]. Each sample has 3 targets: give the last layer 3 units.',
    ],
    [
      'string targets',
      x,
      new Array(10).fill('a'),
      "fit: `y` must be numbers. Received: 'strings'. Losses compare numbers: names of classes become their numbers with the layer StringLookup.",
    ],
  ])('%s', async (_, samples, targets, message) => {
    const model = compiled();
    await refuses(model, () => model.fit(any(samples), any(targets), quiet), message);
  });

  test('a scalar tensor', async () => {
    const model = compiled();
    const scalar = toTensor(1);
    await refuses(
      model,
      () => model.fit(scalar, y, quiet),
      'fit: `x` must be an array of samples. Received: Tensor of shape [] and dtype float32.',
    );
    scalar.dispose();
  });

  test('a tensor that was disposed of', async () => {
    const model = compiled();
    const tensor = toTensor(x);
    tensor.dispose();
    await refuses(model, () => model.fit(tensor, y, quiet), 'fit: `x` must be a tensor that was not disposed of.');
  });

  test('weights of another length', async () => {
    const model = compiled();
    await refuses(
      model,
      () => model.fit(x, y, { ...quiet, sampleWeight: [1, 2] }),
      'fit: `x` has 10 samples, but `sampleWeight` has 2 ([1, 2]).',
    );
  });

  test('names of several inputs', async () => {
    const model = forked() as unknown as Model;
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await refuses(
      model,
      () => model.fit({ a: x }, [y, y], quiet),
      "fit: `x` must be a record with the keys a, b. Received: ['a'].",
    );
    await refuses(
      model,
      () => model.fit([x], [y, y], quiet),
      "fit: model 'net' has 2 input(s). Received: `x` with 1 array(s).",
    );
    await refuses(
      model,
      () => model.fit([x, x], y, quiet),
      "Model 'net' has 2 output(s) (sum, diff). Received: `y` with 1 array(s).",
    );
    await refuses(
      model,
      () => model.fit([x, x.slice(0, 4)], [y, y], quiet),
      'fit: `x` has 10 samples, but `x[1]` has 4. Every array needs one item per sample.',
    );
  });

  test('validation data is looked at before training, too', async () => {
    const model = compiled();
    await refuses(
      model,
      () => model.fit(x, y, { ...quiet, validationData: [[[1, 2, 3]], [1]] }),
      "fit: validationData: model 'net' expects samples of shape [2]. Received: `x` with samples of shape [3].",
    );
    await refuses(
      model,
      () => model.fit(x, y, { ...quiet, validationData: [x, HostArray.zeros([10, 3])] }),
      'MeanSquaredError: `yTrue` must have the shape of `yPred`. Received: yTrue [10, 3], yPred [10, 1].',
    );
  });

  test.each([
    ['evaluate', (model: Model) => model.evaluate([[1]], [1], quiet)],
    ['predict', (model: Model) => model.predict([[1]])],
    ['predictOnBatch', (model: Model) => model.predictOnBatch([[1]])],
    ['trainOnBatch', (model: Model) => model.trainOnBatch([[1]], [1])],
    ['testOnBatch', (model: Model) => model.testOnBatch([[1]], [1])],
  ])('%s names itself', async (name, call) => {
    const model = compiled();
    await refuses(
      model,
      () => call(model),
      `${name}: model 'net' expects samples of shape [2]. Received: \`x\` with samples of shape [1].`,
    );
  });

  test('a model that is built by its data names the layer', async () => {
    const model = sequential([dense({ units: 1, name: 'first' })], { name: 'net' }) as unknown as Model;
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await refuses(
      model,
      () => model.fit([1, 2], [1, 2], quiet),
      "Layer 'first' expects an input of rank 2 or more (with the batch axis). Received: input of shape [null].",
    );
  });
});

describe('labels', () => {
  const sparse = 'sparseCategoricalCrossentropy';

  test.each([
    [
      [0, 1, 3],
      'SparseCategoricalCrossentropy: `yTrue` must be class numbers, integers from 0 to 2 for the 3 classes of the prediction. Received: 3. It is label 2 of 3. Give the last layer one unit per class, or leave such samples out.',
    ],
    [[1, 2, 3], 'Received: 3. It is label 2 of 3. Labels that start at 1 need 1 subtracted.'],
    [[0, -1, 1], 'Received: -1. It is label 1 of 3.'],
    [[0.5, 1, 1], 'Received: 0.5. It is label 0 of 3. A sparse loss takes whole numbers; is this a regression?'],
    [[0, Number.NaN, 1], 'Received: NaN.'],
  ])('%s for a sparse loss', async (labels, message) => {
    const model = compiledClassifier(sparse);
    await refuses(model, () => model.fit(x.slice(0, 3), labels, quiet), message);
    await refuses(model, () => model.evaluate(x.slice(0, 3), labels, quiet), message);
    await refuses(model, () => model.trainOnBatch(x.slice(0, 3), labels), message);
    await refuses(model, () => model.testOnBatch(x.slice(0, 3), labels), message);
    await refuses(model, () => model.fit(x, classes, { ...quiet, validationData: [x.slice(0, 3), labels] }), message);
  });

  test('integers for a categorical loss: the sparse one is named', async () => {
    const model = compiledClassifier('categoricalCrossentropy');
    await refuses(
      model,
      () => model.fit(x, classes, quiet),
      "CategoricalCrossentropy: `yTrue` must have the shape of `yPred`. Received: yTrue [10], yPred [10, 3]. For integer labels use SparseCategoricalCrossentropy ('sparseCategoricalCrossentropy'), or make them one-hot: toCategorical(y, 3).",
    );
  });

  test.each(['mse', 'mae', 'kld'] as const)('integers for %s and several units', async (loss) => {
    const model = classifier() as unknown as Model;
    model.compile({ optimizer: 'sgd', loss });
    await refuses(
      model,
      () => model.fit(x, classes, quiet),
      "For integer labels use SparseCategoricalCrossentropy ('sparseCategoricalCrossentropy'), or make them one-hot: toCategorical(y, 3).",
    );
  });

  test('one-hot labels for a sparse loss: the categorical one is named', async () => {
    const model = compiledClassifier(sparse);
    const oneHot = new Array(10).fill([0, 1, 0]);
    await refuses(
      model,
      () => model.fit(x, oneHot, quiet),
      "SparseCategoricalCrossentropy: `yTrue` must have one label for each prediction, [10]. Received: yTrue [10, 3], yPred [10, 3]. For one-hot labels use CategoricalCrossentropy ('categoricalCrossentropy').",
    );
  });
});

test('a refusal leaves nothing in memory', async () => {
  const model = compiledClassifier('categoricalCrossentropy');
  await expect(model.fit(x, classes, quiet)).rejects.toThrow();
  const { tensors } = memory();
  await expect(model.fit(x, classes, quiet)).rejects.toThrow();
  expect(memory().tensors).toBe(tensors);
});

test('a number of units of another kind is refused where the layer is made', () => {
  for (const units of [-3, 0, 2.5])
    expect(() => sequential([dense({ units, inputShape: [2] })])).toThrow(
      `Dense: \`units\` must be a positive integer. Received: ${units}.`,
    );
});

test('a model that returns its input keeps the caller’s tensor', async () => {
  const given = toTensor(x);
  const place = input({ shape: [2] });
  const same = await functional({ inputs: place, outputs: place }).predict(given);
  same.dispose();
  expect(given.isDisposed).toBe(false);
  given.dispose();
});
