import { HostArray, setSeed } from '@capas/core';
import { clearSession, type Layer, layers, losses, type Model, sequential } from '../../src/index.ts';

/** A model of the course, small, and data for it: shapes of a sample, and how many classes integers are of. */
export interface Program {
  readonly model: () => readonly Layer[];
  readonly loss: NonNullable<Parameters<Model['compile']>[0]['loss']>;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly integers: { readonly x?: number; readonly y?: number };
}

export const programs: Readonly<Record<string, Program>> = {
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
export function numbers(shape: readonly number[], below: number | undefined, from: number): HostArray {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: size }, (_, i) => Math.abs(Math.sin(12.9898 * (i + 1) + 78.233 * from)));
  const data = below ? Int32Array.from(values, (value) => Math.floor(value * below)) : Float32Array.from(values);
  return new HostArray(data, shape);
}

/** The model, new, from the same seed each time; and data with a short last batch of 4. */
export function make(
  { model, loss, x, y, integers }: Program,
  jitCompile: boolean,
  optimizer: 'adam' | 'sgd' = 'adam',
): { readonly net: Model; readonly x: HostArray; readonly y: HostArray } {
  clearSession();
  setSeed(7);
  const net = sequential(model()).compile({ optimizer, loss, metrics: ['accuracy'], jitCompile });
  return { net: net as Model, x: numbers([18, ...x], integers.x, 1), y: numbers([18, ...y], integers.y, 2) };
}
