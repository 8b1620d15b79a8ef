import { cpu } from '@capas/backend-cpu';
import { HostArray, scope, setSeed, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { layers, sequential } from '../index.ts';
import { ctc } from './ctc.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('the probability of all alignments', () => {
  scope(() => {
    // one step of two classes alike: ½
    expect(
      ctc()
        .apply([[1]], [[[0, 0]]])
        .dataSync()[0],
    ).toBeCloseTo(Math.LN2, 6);
    // two steps read as 1 by 11, 1-, -1: 3 of 4; the padding does not count
    const steps = [
      [0, 0],
      [0, 0],
    ];
    expect(
      ctc()
        .apply([[1, 0]], [steps])
        .dataSync()[0],
    ).toBeCloseTo(Math.log(4 / 3), 6);
  });
});

test('other shapes are told of', () => {
  expect(() => ctc().apply([1, 2], [[[0, 0]]])).toThrow(
    'CTC: `yTrue` must have the shape [batch, labels], and `yPred` [batch, steps, classes]. Received: yTrue [2], yPred [1, 1, 2].',
  );
});

test('labels that are no class are told of before training, and a model learns', async () => {
  setSeed(1);
  const model = sequential([layers.dense({ units: 3, inputShape: [4, 2] })]);
  model.compile({ optimizer: { className: 'Adam', config: { learningRate: 0.1 } }, loss: 'ctc' });
  const x = new HostArray(
    Float32Array.from({ length: 16 }, (_, i) => Math.sin(i)),
    [2, 4, 2],
  );
  await expect(
    model.fit(
      x,
      [
        [1, 3],
        [2, 0],
      ],
      { verbose: 0 },
    ),
  ).rejects.toThrow(
    'CTC: `yTrue` must be classes, integers from 1 to 2, padded with 0. Received: 3. It is label 1 of 4.',
  );
  const { history } = await model.fit(
    x,
    [
      [1, 2],
      [2, 0],
    ],
    { verbose: 0, epochs: 40 },
  );
  expect(history.loss!.at(-1)).toBeLessThan(history.loss![0]! / 2);
});
