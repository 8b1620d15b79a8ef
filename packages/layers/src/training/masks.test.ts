import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { layers, type Model, sequential } from '../index.ts';

/** Predicts of each time step the number that stands there, in 0 … 2; 0 is masked. */
function echo(): Model {
  const model = sequential([
    layers.embedding({ inputDim: 3, outputDim: 3, maskZero: true }),
    layers.dense({ units: 3, activation: 'softmax', useBias: false }),
  ]);
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  model.build([null, 3]);
  const identity = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  model.setWeights([identity, identity]);
  return model as unknown as Model;
}

const x = HostArray.from(
  [
    [1, 2, 0],
    [2, 0, 0],
  ],
  'int32',
);
const y = HostArray.from(
  [
    [1, 1, 0],
    [2, 1, 1],
  ],
  'int32',
);

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

test('masked time steps count neither in the loss nor in the metrics, in training and evaluation', async () => {
  const model = echo();
  // two of the three that are not masked are right; ln softmax([1, 0, 0]) = (−0.551, −1.551, −1.551)
  const expected = { accuracy: 2 / 3, loss: (0.5514 + 1.5514 + 0.5514) / 3 };
  const evaluated = await model.evaluate(x, y, { verbose: 0 });
  expect(evaluated.accuracy).toBeCloseTo(expected.accuracy, 5);
  expect(evaluated.loss).toBeCloseTo(expected.loss, 3);
  const { history } = await model.fit(x, y, { epochs: 1, verbose: 0 });
  expect(history.accuracy?.[0]).toBeCloseTo(expected.accuracy, 5);
  expect(history.loss?.[0]).toBeCloseTo(expected.loss, 3);
});

test('masks are freed with the batch', async () => {
  const model = echo();
  await model.fit(x, y, { epochs: 1, verbose: 0 });
  const before = memory().tensors;
  await model.fit(x, y, { epochs: 3, verbose: 0 });
  await model.evaluate(x, y, { verbose: 0 });
  expect(memory().tensors).toBe(before);
});
