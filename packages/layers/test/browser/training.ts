import { random, setSeed } from '@capas/core';
import { clearSession, type Layer, layers, type Model, sequential } from '@capas/layers';
import type { Tensor } from '@tensorflow/tfjs-core';

/** What is computed in the page and in Node: numbers as JavaScript has them, so that JSON keeps all their bits. */
export interface Trained {
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly predicted: readonly number[];
}

interface Recipe {
  readonly layers: () => readonly Layer[];
  /** Of a sample. */
  readonly shape: readonly number[];
  readonly jitCompile: boolean;
}

export type ModelName = 'mlp' | 'cnn' | 'op by op';

const MODELS: Readonly<Record<ModelName, Recipe>> = {
  mlp: {
    layers: () => [
      layers.dense({ units: 128, activation: 'relu', inputShape: [784] }),
      layers.dropout({ rate: 0.25 }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
    shape: [784],
    jitCompile: true,
  },
  cnn: {
    layers: () => [
      layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', padding: 'same', inputShape: [16, 16, 3] }),
      layers.batchNormalization(),
      layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
    shape: [16, 16, 3],
    jitCompile: true,
  },
  'op by op': {
    layers: () => [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'tanh', inputShape: [8, 8, 3] }),
      layers.flatten(),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
    shape: [8, 8, 3],
    jitCompile: false,
  },
};

export const MODEL_NAMES: readonly ModelName[] = Object.keys(MODELS) as ModelName[];

const SAMPLES = 128;

/** Trains a model from the same seed each time. Whoever gets it disposes of it. */
export async function train(name: ModelName): Promise<Trained & { readonly net: Model }> {
  clearSession();
  setSeed(7);
  const { layers, jitCompile } = MODELS[name];
  const net = sequential(layers());
  net.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], jitCompile });
  const [x, y] = [samples(name), random.randint([SAMPLES], 0, 10, { seed: 2 })];
  const { history } = await net.fit(x, y, { batchSize: 32, epochs: 2, verbose: 0 });
  return { net, history: history as Trained['history'], predicted: await predict(net, name) };
}

export async function predict(net: Model, name: ModelName): Promise<number[]> {
  const predicted = await net.predict(samples(name));
  const values = [...predicted.dataSync()];
  predicted.dispose();
  return values;
}

const samples = (name: ModelName): Tensor => random.uniform([SAMPLES, ...MODELS[name].shape], { seed: 1 });
