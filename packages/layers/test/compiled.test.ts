import { cpu } from '@capas/backend-cpu';
import { HostArray, setSeed, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { clearSession, type Layer, layers, losses, type Model, sequential } from '../src/index.ts';

/** A model of the course, small, and data for it: shapes of a sample, and how many classes integers are of. */
interface Program {
  readonly model: () => readonly Layer[];
  readonly loss: NonNullable<Parameters<Model['compile']>[0]['loss']>;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly integers: { readonly x?: number; readonly y?: number };
}

const programs: Readonly<Record<string, Program>> = {
  'the MLP of MNIST': {
    model: () => [
      layers.dense({ units: 8, activation: 'relu', inputShape: [12] }),
      layers.dense({ units: 6, activation: 'relu' }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    loss: 'sparseCategoricalCrossentropy',
    x: [12],
    y: [],
    integers: { y: 3 },
  },
  'the logits of Fashion-MNIST': {
    model: () => [layers.dense({ units: 8, activation: 'relu', inputShape: [12] }), layers.dense({ units: 3 })],
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    x: [12],
    y: [],
    integers: { y: 3 },
  },
  'the convolutional network of CIFAR-10': {
    model: () => [
      layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', padding: 'same', inputShape: [8, 8, 2] }),
      layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.25 }),
      layers.flatten(),
      layers.dense({ units: 5, activation: 'relu' }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    loss: 'categoricalCrossentropy',
    x: [8, 8, 2],
    y: [3],
    integers: {},
  },
  'the embedding of IMDB': {
    model: () => [
      layers.embedding({ inputDim: 10, outputDim: 4, inputShape: [5] }),
      layers.globalAveragePooling1d(),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
    loss: 'binaryCrossentropy',
    x: [5],
    y: [1],
    integers: { x: 10 },
  },
  'the autoencoder': {
    model: () => [
      layers.dense({ units: 4, activation: 'relu', inputShape: [12] }),
      layers.dense({ units: 12, activation: 'sigmoid' }),
    ],
    loss: 'binaryCrossentropy',
    x: [12],
    y: [12],
    integers: {},
  },
};

/** Numbers from 0 to 1, or whole ones below `below`. */
function numbers(shape: readonly number[], below: number | undefined, from: number): HostArray {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: size }, (_, i) => Math.abs(Math.sin(12.9898 * (i + 1) + 78.233 * from)));
  const data = below ? Int32Array.from(values, (value) => Math.floor(value * below)) : Float32Array.from(values);
  return new HostArray(data, shape);
}

/** The model, new, from the same seed each time; and data with a short last batch of 4. */
function make({ model, loss, x, y, integers }: Program, jitCompile: boolean) {
  clearSession();
  setSeed(7);
  const net = sequential(model()).compile({ optimizer: 'adam', loss, metrics: ['accuracy'], jitCompile });
  return { net, x: numbers([18, ...x], integers.x, 1), y: numbers([18, ...y], integers.y, 2) };
}

/** Every number that training makes. */
const stateOf = (net: Model): unknown =>
  [...net.weights, ...net.optimizer.variables].map(({ path, value }) => [path, [...value.dataSync()]]);

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

describe('compiled and eager give the same bits', () => {
  test.each(Object.entries(programs))('fit, evaluate and predict: %s', async (_, program) => {
    const [compiled, eager] = ((await Promise.all([])) as never[]) ?? [];
    void compiled;
    void eager;
    const results = [];
    for (const jitCompile of [true, false]) {
      const { net, x, y } = make(program, jitCompile);
      const { history } = await net.fit(x, y, { batchSize: 4, epochs: 4, verbose: 0, validationSplit: 0.2 });
      const evaluated = await net.evaluate(x, y, { batchSize: 4, verbose: 0 });
      const predicted = await net.predict(x, { batchSize: 4 });
      results.push({ history, evaluated, predicted: [...predicted.dataSync()], state: stateOf(net) });
      predicted.dispose();
      net.dispose();
    }
    expect(results[0]).toEqual(results[1]);
  });
});
