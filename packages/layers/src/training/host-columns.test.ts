import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, ops, scope, setSeed, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import * as layers from '../layers/index.ts';
import { model } from '../models/functional.ts';
import type { Model } from '../models/model.ts';
import { Sequential } from '../models/sequential.ts';
import { sgd } from '../optimizers/index.ts';

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;
const texts = ['good film', 'bad film', 'good good', 'bad bad bad', 'film', 'good story'];
const labels = [[1], [0], [1], [0], [0], [1]];

/** A model of texts, whose layer after the texts says whether it was a part of a program. */
function textModel(options: object = { outputSequenceLength: 3 }): Model {
  const vectorize = layers.textVectorization(options);
  vectorize.adapt(texts);
  return new Sequential([
    vectorize,
    layers.embedding({
      inputDim: 8,
      outputDim: 4,
      embeddingsInitializer: { className: 'RandomUniform', config: { seed: 1 } },
    }),
    layers.globalAveragePooling1d(),
    layers.dense({
      units: 1,
      activation: 'sigmoid',
      kernelInitializer: { className: 'RandomUniform', config: { seed: 2 } },
    }),
  ]) as unknown as Model;
}

describe.each(['js', 'wasm', ...(native ? (['native'] as const) : [])] as const)('texts on %s', (backend) => {
  beforeAll(() => useBackend(cpu({ prefer: [backend] })));

  test.each([
    ['a vector', new HostArray(texts)],
    ['a column', new HostArray(texts, [6, 1], 'string')],
  ])('are predicted from: %s', async (_, x) => {
    const net = textModel();
    const { tensors } = memory();
    const found = (await net.predict(x, { batchSize: 4 })) as Tensor;
    scope(() => {
      // one by one, without what is computed for all samples at once
      const wanted = texts.map((_, i) => (net.apply(x.slice(i, i + 1)) as Tensor).dataSync()[0]!);
      found.dataSync().forEach((value, i) => void expect(value).toBeCloseTo(wanted[i]!, 6));
    });
    found.dispose();
    expect(memory().tensors).toBe(tensors + 3); // the weights, made at their first use
    net.dispose();
  });

  test('train a model: compiled gives what op by op gives', async () => {
    const run = async (jitCompile: boolean | 'auto'): Promise<number[]> => {
      setSeed(3);
      const net = textModel();
      net.compile({ optimizer: sgd({ learningRate: 0.5 }), loss: 'binaryCrossentropy', jitCompile });
      await net.fit(texts, labels, { epochs: 4, batchSize: 4, verbose: 0, shuffle: false });
      const weights = net.getWeights();
      const values = weights.flatMap((weight) => [...weight.dataSync()]);
      for (const weight of weights) weight.dispose();
      net.dispose();
      return values;
    };
    const eager = await run(false);
    // `true` makes it an error if the model cannot be compiled
    const compiled = await run(true);
    expect(compiled.length).toBe(eager.length);
    eager.forEach((value, i) => void expect(compiled[i]).toBeCloseTo(value, 5));
  });

  test('of any length are padded in each batch alone, op by op', async () => {
    const net = textModel({});
    const found = (await net.predict(texts, { batchSize: 2 })) as Tensor;
    const alone = (await net.predict(texts.slice(0, 2), { batchSize: 2 })) as Tensor;
    expect([...found.dataSync()].slice(0, 2)).toEqual([...alone.dataSync()]);
    expect(found.shape).toEqual([6, 1]);
    for (const tensor of [found, alone]) tensor.dispose();
    net.dispose();
  });

  test('stand beside numbers, and go through several layers', async () => {
    const city = layers.input({ shape: [1], dtype: 'string', name: 'city' });
    const size = layers.input({ shape: [2], name: 'size' });
    const rooms = layers.input({ shape: [1], dtype: 'int32', name: 'rooms' });
    const index = layers.stringLookup({ vocabulary: ['a', 'b'] })(city);
    const crossed = layers.hashedCrossing({ numBins: 4, outputMode: 'oneHot' })([city, rooms]);
    const joined = layers.concatenate()([
      size,
      layers.categoryEncoding({ numTokens: 3, outputMode: 'oneHot' })(index),
      crossed,
    ]);
    const net = model({ inputs: { city, size, rooms }, outputs: joined });
    const x = {
      city: new HostArray(['b', 'a', 'z'], [3, 1], 'string'),
      size: HostArray.from([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      rooms: HostArray.from([[1], [2], [1]], 'int32'),
    };
    const found = (await net.predict(x)) as Tensor;
    const rows = found.arraySync() as number[][];
    expect(rows.map((row) => row.slice(0, 5))).toEqual([
      [1, 2, 0, 0, 1],
      [3, 4, 0, 1, 0],
      [5, 6, 1, 0, 0],
    ]);
    scope(() => {
      const crossing = layers.hashedCrossing({ numBins: 4, outputMode: 'oneHot' });
      const wanted = crossing.apply([x.city, x.rooms] as unknown as Tensor[]).arraySync();
      expect(rows.map((row) => row.slice(5))).toEqual(wanted);
      expect(ops.convertToNumpy(net.apply(x) as Tensor).toArray()).toEqual(rows);
    });
    found.dispose();
    net.dispose();
  });

  test('may come out again', async () => {
    const net = new Sequential([layers.stringLookup({ vocabulary: ['a', 'b'], invert: true })]);
    const found = (await net.predict(
      HostArray.from(
        [
          [1, 2],
          [0, 1],
        ],
        'int32',
      ),
    )) as Tensor;
    expect(found.arraySync()).toEqual([
      ['a', 'b'],
      ['[UNK]', 'a'],
    ]);
    found.dispose();
    net.dispose();
  });
});
