import { cpu } from '@capas/backend-cpu';
import { memory, scope, setSeed, type Tensor, useBackend, type Variable } from '@capas/core';
import { interpret, lowerTrace, replay, type Trace, trace } from '@capas/core/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  clearSession,
  model as functional,
  input,
  Layer,
  layers,
  type Model,
  optimizers,
  sequential,
} from '../src/index.ts';
import { Batch } from '../src/training/data-adapter.ts';

/** A model, and batches to train it on: `x` and `y` for each step, and weights of the samples if there are any. */
interface Program {
  readonly build: () => Model;
  readonly batch: (step: number) => readonly Tensor[];
}

const noise = (shape: readonly number[], step: number): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.abs(Math.sin(12.9898 * (i + 1) + 78.233 * step))),
    [...shape],
  );
};
const classes = (count: number, below: number, step: number): Tensor =>
  tf.tensor1d(
    Int32Array.from({ length: count }, (_, i) => (i * 7 + step * 3) % below),
    'int32',
  );

/** A layer of a user, in plain tf: `tanh(x) · scale`, scaled by the largest value. */
class Squash extends Layer {
  static override readonly className = 'Squash';
  scale!: Variable;
  override build(shape: never): void {
    this.scale = this.addWeight('scale', [(shape as number[]).at(-1)!], 'ones');
  }
  override call(x: Tensor): Tensor {
    const y = tf.mul(tf.tanh(x), this.scale.value);
    return tf.div(y, tf.add(tf.max(tf.abs(y), -1, true), 1));
  }
}

const programs: Readonly<Record<string, Program>> = {
  'a multi-layer perceptron': {
    build: () =>
      sequential([
        layers.flatten({ inputShape: [3, 3] }),
        layers.dense({ units: 6, activation: 'relu' }),
        layers.dense({ units: 3, activation: 'softmax' }),
      ]).compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] }),
    batch: (step) => [noise([4, 3, 3], step), classes(4, 3, step)],
  },
  'a convolutional network with batch normalization and dropout': {
    build: () =>
      sequential([
        layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu', inputShape: [6, 6, 2] }),
        layers.batchNormalization(),
        layers.conv2d({ filters: 2, kernelSize: 2, strides: 2, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2, padding: 'same' }),
        layers.dropout({ rate: 0.25 }),
        layers.averagePooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 8, activation: 'relu', kernelRegularizer: 'l2' }),
        layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 3, activation: 'softmax' }),
      ]).compile({
        optimizer: optimizers.rmsprop({ momentum: 0.9, clipnorm: 1 }),
        loss: 'categoricalCrossentropy',
        metrics: ['accuracy', 'auc'],
      }),
    batch: (step) => [noise([4, 6, 6, 2], step), tf.oneHot(classes(4, 3, step) as tf.Tensor1D, 3, 1, 0, 'float32')],
  },
  'an embedding with global average pooling': {
    build: () =>
      sequential([
        layers.embedding({ inputDim: 20, outputDim: 4, maskZero: true, inputShape: [5] }),
        layers.globalAveragePooling1d(),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ]).compile({ optimizer: 'adam', loss: 'binaryCrossentropy', weightedMetrics: ['accuracy'] }),
    batch: (step) => [
      tf.reshape(classes(20, 11, step), [4, 5]),
      tf.cast(tf.reshape(classes(4, 2, step), [4, 1]), 'float32'),
      tf.reshape(noise([4], step), [4]),
    ],
  },
  'a functional autoencoder': {
    build: () => {
      const image = input({ shape: [12] });
      const encoded = layers.dense({ units: 4, activation: 'relu' })(image);
      const decoded = layers.dense({ units: 12, activation: 'sigmoid' })(encoded);
      return functional({ inputs: image, outputs: decoded }).compile({
        optimizer: optimizers.adamW({ useEma: true, gradientAccumulationSteps: 2 }),
        loss: 'binaryCrossentropy',
      });
    },
    batch: (step) => {
      const x = noise([4, 12], step);
      return [x, tf.clone(x)];
    },
  },
  'a layer and a loss of a user, in plain tf': {
    build: () =>
      sequential([layers.dense({ units: 5, inputShape: [3] }), new Squash(), layers.dense({ units: 2 })]).compile({
        optimizer: optimizers.sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
        loss: (yTrue: Tensor, yPred: Tensor) => tf.mean(tf.log(tf.cosh(tf.squaredDifference(yTrue, yPred))), -1),
        metrics: ['mae'],
      }),
    batch: (step) => [noise([4, 3], step), noise([4, 2], step + 10)],
  },
};

/** The model, new, with weights from the same seed each time. */
function build({ build: make }: Program): Model {
  clearSession();
  setSeed(42);
  return make();
}

const toBatch = ([x, y, weight]: readonly Tensor[]): Batch => new Batch(x!, [y!], [weight], x!.shape[0]!);

/** The step of a model, traced for batches like these. */
const traceStep = (model: Model, batch: readonly Tensor[]): Trace =>
  trace(
    (...tensors) => model.trainStep(toBatch(tensors)),
    batch.map(({ shape, dtype }, i) => ({ name: `input${i}`, shape, dtype })),
  );

/** The elements of a tensor as a program holds them. */
const elementsOf = (tensor: Tensor): Float32Array | Int32Array | Uint8Array => {
  const data = tensor.dataSync();
  const Elements = { float32: Float32Array, int32: Int32Array }[tensor.dtype as string] ?? Uint8Array;
  return new Elements(data);
};

/** The values of the state of a step. */
const valuesOf = ({ state }: Trace): unknown => state.map(({ name, variable }) => [name, elementsOf(variable.value)]);

const isSame = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  Array.from(a).every((value, i) => Object.is(value, b[i]));

/** Frees models, with their optimizers: one that was given as an object is not the model's. */
function disposeAll(models: readonly Model[]): void {
  for (const model of models) {
    model.optimizer.dispose();
    model.dispose();
  }
}

/**
 * Trains one copy of a model eagerly and one by replays of its trace, which never saw an eager step, and requires that
 * the state has the same bits and nothing is left behind. Returns the trace and the model it is of.
 */
function requireSameTraining(program: Program, steps: number, look: (trace: Trace, model: Model) => void): void {
  const before = memory();
  const [first, second] = [build(program), build(program)];
  const { batch } = program;
  const replayed = scope(() => traceStep(second, batch(0)));
  for (let step = 0; step < steps; step++) {
    scope(() => first.trainStep(toBatch(batch(step))));
    scope(() => void replay(replayed, batch(step)));
  }
  // tracing the trained model changes nothing, and shows its state in the same order
  const eager = scope(() => traceStep(first, batch(0)));
  expect(valuesOf(replayed)).toEqual(valuesOf(eager));
  look(replayed, second);
  disposeAll([first, second]);
  expect(memory()).toEqual(before);
}

const optimizerNames = [
  ...(['adadelta', 'adafactor', 'adagrad', 'adam', 'adamW', 'adamax', 'ftrl', 'lamb', 'lion'] as const),
  ...(['muon', 'nadam', 'rmsprop', 'scheduleFreeAdamW', 'sgd'] as const),
];

describe.each(['js', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(cpu({ prefer: [backend] }));
  });

  test.each(Object.entries(programs))('%s: five replays give the bits of five eager steps', (_, program) => {
    requireSameTraining(program, 5, ({ state, captured }, model) => {
      const { optimizer, metrics } = model.compilation;
      const known = new Set(state.map(({ variable }) => variable));
      const all = [...model.weights, ...optimizer.variables, ...metrics.flatMap(({ metric }) => metric.variables)];
      expect(all.filter((variable) => !known.has(variable)).map(({ path }) => path)).toEqual([]);
      expect(captured).toEqual([]);
    });
  });

  test.each(optimizerNames)('the step of %s', (optimizer) => {
    const build = (): Model =>
      sequential([layers.dense({ units: 4, activation: 'tanh', inputShape: [3] }), layers.dense({ units: 2 })]).compile(
        {
          optimizer,
          loss: 'meanSquaredError',
        },
      );
    const batch = (step: number): Tensor[] => [noise([4, 3], step), noise([4, 2], step + 10)];
    requireSameTraining({ build, batch }, 3, ({ state }) =>
      expect(state.some(({ kind }) => kind === 'weight')).toBe(true),
    );
  });
});

describe('on js, whose bits are those of programs', () => {
  beforeAll(async () => {
    await useBackend(cpu({ prefer: ['js'] }));
  });

  test.each(Object.entries(programs))(
    '%s: five runs of its program give the bits of five eager steps',
    (_, program) => {
      const [first, second] = [build(program), build(program)];
      const traced = scope(() => traceStep(second, program.batch(0)));
      const { program: lowered, variables } = lowerTrace(traced);
      expect(lowered.instructions.filter(({ primitive }) => primitive === 'call')).toEqual([]);
      const names = lowered.state.map(({ name }) => name);
      const start = Object.fromEntries(variables.map(({ value }, i) => [names[i]!, elementsOf(value)]));
      let state = start;
      for (let step = 0; step < 5; step++) {
        scope(() => {
          first.trainStep(toBatch(program.batch(step)));
          const inputs = program.batch(step).map((tensor, i) => [`input${i}`, elementsOf(tensor)] as const);
          state = { ...interpret(lowered, { inputs: Object.fromEntries(inputs), state }).state };
        });
      }
      const eager = scope(() => traceStep(first, program.batch(0)));
      expect(state).toEqual(
        Object.fromEntries(eager.state.map(({ variable }, i) => [names[i], elementsOf(variable.value)])),
      );
      // all but the learning rate moved
      const still = names.filter((name) => isSame(state[name]!, start[name]!));
      expect(still.filter((name) => !/learning_rate$/.test(name))).toEqual([]);
      disposeAll([first, second]);
    },
  );

  test('the state has its kinds, and the kernels know their layers', () => {
    const net = programs['a convolutional network with batch normalization and dropout']!;
    requireSameTraining(net, 1, ({ state, calls }) => {
      expect(new Set(state.map(({ kind }) => kind))).toEqual(
        new Set(['weight', 'optimizer', 'metric', 'rng', 'counter', 'hyper']),
      );
      expect(state.filter(({ kind }) => kind === 'rng')).toHaveLength(2);
      const random = calls.filter(({ kernel }) => kernel === 'CapasRandom');
      expect(random.map(({ origin }) => origin)).toEqual(['sequential/dropout', 'sequential/dropout_1']);
      expect(calls.find(({ kernel }) => kernel === 'Conv2D')).toMatchObject({
        op: 'conv2d',
        origin: 'sequential/conv2d',
      });
    });
  });

  test('a layer that draws numbers in JavaScript is named; the model stays as it was and trains eagerly', () => {
    class Noisy extends Layer {
      static override readonly className = 'Noisy';
      override call(x: Tensor): Tensor {
        return tf.dropout(x, 0.5);
      }
    }
    const program: Program = {
      build: () =>
        sequential([layers.dense({ units: 3, inputShape: [2] }), new Noisy(), layers.dense({ units: 1 })]).compile({
          optimizer: 'adam',
          loss: 'meanSquaredError',
        }),
      batch: (step) => [noise([4, 2], step), noise([4, 1], step + 10)],
    };
    const net = build(program);
    const weights = (): unknown => net.weights.map(({ value }) => elementsOf(value));
    const before = [weights(), memory()];
    expect(() => scope(() => traceStep(net, program.batch(0)))).toThrow(
      "Cannot trace 'dropout' in 'sequential/noisy': tfjs draws its random numbers in JavaScript, so every step would get the same ones. Use `random.dropout` of @capas/core.",
    );
    expect([weights(), memory()]).toEqual(before);
    scope(() => net.trainStep(toBatch(program.batch(0))));
    expect(weights()).not.toEqual(before[0]);
    disposeAll([net]);
  });
});
