import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { dense } from '../layers/index.ts';
import { sequential } from '../models/sequential.ts';
import { sgd } from '../optimizers/index.ts';
import { x, y } from '../testing/small-models.ts';
import { classifier, crossValidate, type DataShape, Estimator, regressor } from './index.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

/** Three heaps of points, four in each, far from each other. */
const corners = [
  [4, 0],
  [-2, 3.5],
  [-2, -3.5],
];
const points = Array.from({ length: 12 }, (_, i) =>
  corners[i % 3]!.map((value, axis) => value + Math.sin(7 * i + axis)),
);
const names = Array.from({ length: 12 }, (_, i) => ['pear', 'fig', 'apple'][i % 3]!);

const soft = ({ numOutputs, rate = 0.1 }: DataShape & { rate?: number }) => {
  const model = sequential([
    dense({ units: numOutputs, activation: 'softmax', kernelInitializer: 'zeros', inputShape: [2] }),
  ]);
  return model.compile({
    optimizer: sgd({ learningRate: rate }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
};
const line = ({ inputShape, numOutputs }: DataShape) => {
  const model = sequential([dense({ units: numOutputs, kernelInitializer: 'zeros', inputShape: [...inputShape!] })]);
  return model.compile({ optimizer: sgd({ learningRate: 0.3 }), loss: 'mse' });
};
const quiet = { epochs: 20, verbose: 0 } as const;

test('classes are strings, in order', async () => {
  using estimator = classifier({ model: soft, ...quiet });
  await estimator.fit(points, names);
  expect(estimator.classes).toEqual(['apple', 'fig', 'pear']);
  expect(await estimator.predict(points)).toEqual(names);
  expect(await estimator.score(points, names)).toBe(1);
  expect(await estimator.score(points.slice(0, 2), ['pear', 'pear'])).toBe(0.5);
  const { shape, data } = await estimator.predictProba(points);
  expect(shape).toEqual([12, 3]);
  // the first point is a pear: the third class
  expect(Number(data[2])).toBeGreaterThan(0.5);
  expect(estimator.history!.epoch).toHaveLength(20);
});

test('the same with vectors as targets, and with integers that are no places', async () => {
  const model = ({ numOutputs }: DataShape) =>
    sequential([
      dense({ units: numOutputs, activation: 'softmax', kernelInitializer: 'zeros', inputShape: [2] }),
    ]).compile({
      optimizer: sgd({ learningRate: 0.1 }),
      loss: 'categoricalCrossentropy',
    });
  using estimator = classifier({ model, ...quiet });
  const labels = Int32Array.from(names, (name) => ({ pear: 5, fig: -1, apple: 40 })[name]!);
  await estimator.fit(points, labels);
  expect(estimator.classes).toEqual([-1, 5, 40]);
  expect(await estimator.predict(points)).toEqual([...labels]);
});

test('two classes with one output', async () => {
  const model = ({ inputShape }: DataShape) =>
    sequential([dense({ units: 1, activation: 'sigmoid', inputShape: [...inputShape!] })]).compile({
      optimizer: sgd({ learningRate: 0.5 }),
      loss: 'binaryCrossentropy',
    });
  using estimator = classifier({ model, epochs: 40, verbose: 0 });
  const labels = names.map((name) => name === 'fig');
  await estimator.fit(points, labels);
  expect(await estimator.predict(points)).toEqual(labels);
  const { data, shape } = await estimator.predictProba(points);
  expect(shape).toEqual([12, 2]);
  expect(Number(data[2]) + Number(data[3])).toBeCloseTo(1, 6);
});

test('a regressor, whose score is R²', async () => {
  using estimator = regressor({ model: line, epochs: 200, verbose: 0 });
  await estimator.fit(x, y.reshape([10]));
  expect((await estimator.predict(x)).shape).toEqual([10]);
  expect(await estimator.score(x, y.reshape([10]))).toBeGreaterThan(0.99);
  // all weights 0 predict 0; the mean of the targets 1 and 3 is 2, so 1 − (1 + 9) / (1 + 1)
  using idle = regressor({ model: line, epochs: 1, verbose: 0, sampleWeight: [0, 0] });
  await idle.fit(
    [
      [1, 0],
      [0, 1],
    ],
    [1, 3],
  );
  expect(
    await idle.score(
      [
        [1, 0],
        [0, 1],
      ],
      [1, 3],
    ),
  ).toBe(-4);
});

test('parameters are read and set, and go to the function that builds', async () => {
  const rates: unknown[] = [];
  const model = (given: DataShape & { rate: number }) => {
    rates.push(given.rate);
    return soft(given);
  };
  using estimator = classifier({ model, modelParams: { rate: 0.1 }, epochs: 1, verbose: 0 });
  await estimator.fit(points, names);
  using copy = estimator.clone().setParams({ epochs: 2, modelParams: { rate: 0.2 } });
  await copy.fit(points, names);
  expect(rates).toEqual([0.1, 0.2]);
  expect(copy.getParams()).toMatchObject({ epochs: 2, modelParams: { rate: 0.2 } });
  expect(estimator.getParams().epochs).toBe(1);
  expect([estimator, copy].map(({ history }) => history!.epoch.length)).toEqual([1, 2]);
});

/** Keeps what it was given. */
class Recorder extends Estimator<readonly string[]> {
  readonly calls: (readonly [what: string, y: readonly string[]])[];
  constructor(calls: Recorder['calls'] = []) {
    super({ model: () => soft({ inputShape: [2], numOutputs: 3 }) });
    this.calls = calls;
  }
  override async fit(_x: unknown, labels: readonly string[]): Promise<this> {
    this.calls.push(['fit', labels]);
    return this;
  }
  override async score(_x: unknown, labels: readonly string[]): Promise<number> {
    this.calls.push(['score', labels]);
    return labels.length;
  }
  override clone(): Recorder {
    return new Recorder(this.calls);
  }
}

test('each part is scored once, by what was trained on the others', async () => {
  const recorder = new Recorder();
  const labels = ['a', 'b', 'c', 'd', 'e'];
  const found = await crossValidate(recorder as never, [[0], [1], [2], [3], [4]], labels, {
    folds: 2,
    stratified: true,
  });
  expect(recorder.calls).toEqual([
    ['fit', ['b', 'd']],
    ['score', ['a', 'c', 'e']],
    ['fit', ['a', 'c', 'e']],
    ['score', ['b', 'd']],
  ]);
  expect([found.testScore, found.mean, found.std]).toEqual([[3, 2], 2.5, 0.5]);
});

test('parts with their share of each class; a seed repeats all of it', async () => {
  const estimator = classifier({ model: soft, ...quiet });
  const options = { folds: 4, shuffle: true, seed: 3 };
  const first = await crossValidate(estimator, points, names, options);
  // each part has one of each of the three heaps
  expect(first.testScore).toEqual([1, 1, 1, 1]);
  const numbers = regressor({ model: line, epochs: 3, verbose: 0 });
  const runs = [await crossValidate(numbers, x, y, options), await crossValidate(numbers, x, y, options)];
  expect(runs[0]!.testScore).toEqual(runs[1]!.testScore);
  expect(new Set(runs[0]!.testScore).size).toBe(4);
});

test('nothing is left in memory', async () => {
  const estimator = classifier({ model: soft, epochs: 1, verbose: 0 });
  await crossValidate(estimator, points, names, { folds: 2 });
  const before = memory().tensors;
  await crossValidate(estimator, points, names, { folds: 3 });
  expect(memory().tensors).toBe(before);
});

test('what cannot be used', async () => {
  const estimator = classifier({ model: soft, ...quiet });
  await expect(estimator.predict(points)).rejects.toThrow('Classifier: there are no classes yet: call `fit` first.');
  await expect(estimator.fit(points, [1, 'a'] as never)).rejects.toThrow('all strings, all numbers or all booleans');
  await expect(
    estimator.fit(
      points,
      names.map(() => 'same'),
    ),
  ).rejects.toThrow('`y` must be labels of two classes or more');
  await expect(estimator.fit(points, HostArray.zeros([12, 2]))).rejects.toThrow('`y` must be a list of labels');
  await expect(crossValidate(estimator, points, names, { folds: 13 })).rejects.toThrow('`folds` must be at most 12');
  expect(() => classifier({ model: 3 as never })).toThrow(
    'Classifier: `model` must be a function that builds a model.',
  );
});
