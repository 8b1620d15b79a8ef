import { cpu } from '@capas/backend-cpu';
import { HostArray, useBackend } from '@capas/core';
import { Dataset } from '@capas/datasets';
import { layers, sequential } from '@capas/layers';
import { beforeAll, expect, test } from 'vitest';

const x = new HostArray(
  Float32Array.from({ length: 20 }, (_, i) => Math.sin(i)),
  [10, 2],
);
const y = new HostArray(Float32Array.from({ length: 10 }, (_, i) => i % 2));

const compiled = () => {
  const model = sequential([layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'ones' })]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  return model;
};

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('fit, evaluate and predict take data sets of batches, to the same end as arrays', async () => {
  const [model, reference] = [compiled(), compiled()];
  const batches = Dataset.fromArrays([x, y]).batch(4).prefetch(2);
  const options = { epochs: 3, verbose: 0 } as const;
  const streamed = await model.fit(batches, { ...options, validationData: batches });
  const expected = await reference.fit(x, y, { ...options, batchSize: 4, shuffle: false, validationData: [x, y] });
  expect(streamed.history).toEqual(expected.history);
  expect(await model.evaluate(batches, { verbose: 0 })).toEqual(
    await reference.evaluate(x, y, { verbose: 0, batchSize: 4 }),
  );
  const outputs = await model.predict(Dataset.fromArrays(x).batch(4));
  expect(outputs.shape).toEqual([10, 1]);
  outputs.dispose();
});

test('weights of samples, records and a data set without end', async () => {
  const model = compiled();
  const sampleWeight = new Float32Array(10).fill(0.5);
  const options = { epochs: 2, stepsPerEpoch: 5, verbose: 0 } as const;
  const weighted = Dataset.fromArrays([x, y, sampleWeight]).shuffle(10, { seed: 1 }).repeat().batch(3);
  const { epoch } = await model.fit(weighted, options);
  expect(epoch).toEqual([0, 1]);
  await model.fit(Dataset.fromArrays({ x, y, sampleWeight }).repeat().batch(3), options);
});

test('each epoch has an order of its own, and the error of an element is that of fit', async () => {
  const model = compiled();
  const orders: number[][] = [[], []];
  let pass = 0;
  const rows = Dataset.fromArrays([x, y]).shuffle(10, { seed: 1 });
  const seen = rows.batch(10).map((batch) => {
    orders[pass++ % 2]!.push(...(batch[0].data as Float32Array));
    return batch;
  });
  await model.fit(seen, { epochs: 2, verbose: 0 });
  expect(orders[0]).not.toEqual(orders[1]);
  expect([...orders[0]!].sort()).toEqual([...orders[1]!].sort());
  const failing = rows.map(() => {
    throw new RangeError('no such file');
  });
  await expect(model.fit(failing.batch(2), { verbose: 0 })).rejects.toThrow(
    'element 0 of map of shuffle of fromArrays(row',
  );
});
