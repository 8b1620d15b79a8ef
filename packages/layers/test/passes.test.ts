import { cpu } from '@capas/backend-cpu';
import { planProgram, scope, setSeed, type Tensor, useBackend } from '@capas/core';
import { findHazards, interpret, lowerTrace, runPasses, runPlan, trace } from '@capas/core/testing';
import { beforeAll, expect, test } from 'vitest';
import { clearSession, type Layer, layers, losses, type Model, sequential } from '../src/index.ts';
import { Batch } from '../src/training/data-adapter.ts';

type Elements = Float32Array | Int32Array | Uint8Array;

/** A model of the course, small; the shape of its batch, and how many classes its labels have, if it has labels. */
interface Program {
  readonly model: () => readonly Layer[];
  readonly loss: NonNullable<Parameters<Model['compile']>[0]['loss']>;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly integers: { readonly x?: number; readonly y?: number };
  /** At most this many instructions are left of ten. */
  readonly leftOfTen: number;
}

const programs: Readonly<Record<string, Program>> = {
  'the MLP of MNIST': {
    model: () => [
      layers.dense({ units: 8, activation: 'relu', inputShape: [12] }),
      layers.dense({ units: 6, activation: 'relu' }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    loss: 'sparseCategoricalCrossentropy',
    x: [4, 12],
    y: [4],
    integers: { y: 3 },
    leftOfTen: 4,
  },
  'the logits of Fashion-MNIST': {
    model: () => [layers.dense({ units: 8, activation: 'relu', inputShape: [12] }), layers.dense({ units: 3 })],
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    x: [4, 12],
    y: [4],
    integers: { y: 3 },
    leftOfTen: 4,
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
    x: [4, 8, 8, 2],
    y: [4, 3],
    integers: {},
    leftOfTen: 5,
  },
  'the embedding of IMDB': {
    model: () => [
      layers.embedding({ inputDim: 10, outputDim: 4, inputShape: [5] }),
      layers.globalAveragePooling1d(),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
    loss: 'binaryCrossentropy',
    x: [4, 5],
    y: [4, 1],
    integers: { x: 10 },
    leftOfTen: 4,
  },
  'the autoencoder': {
    model: () => [
      layers.dense({ units: 4, activation: 'relu', inputShape: [12] }),
      layers.dense({ units: 12, activation: 'sigmoid' }),
    ],
    loss: 'binaryCrossentropy',
    x: [4, 12],
    y: [4, 12],
    integers: {},
    leftOfTen: 3,
  },
};

/** Numbers from 0 to 1, or whole ones below `below`. */
function numbers(shape: readonly number[], below: number | undefined, from: number): Float32Array | Int32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: size }, (_, i) => Math.abs(Math.sin(12.9898 * (i + 1) + 78.233 * from)));
  return below ? Int32Array.from(values, (value) => Math.floor(value * below)) : Float32Array.from(values);
}

function elementsOf(tensor: Tensor): Elements {
  const Elements = { float32: Float32Array, int32: Int32Array }[tensor.dtype as string] ?? Uint8Array;
  return new Elements(tensor.dataSync());
}

function compiled({ model, loss }: Program): Model {
  clearSession();
  setSeed(7);
  return sequential(model()).compile({ optimizer: 'adam', loss, metrics: ['accuracy'] });
}

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

test.each(Object.entries(programs))(
  '%s: the passes shorten its step, and they and its plan keep every bit of it',
  (_, program) => {
    const net = compiled(program);
    const inputs = (['x', 'y'] as const).map((name) => ({
      name,
      shape: program[name],
      dtype: program.integers[name] ? ('int32' as const) : ('float32' as const),
    }));
    const traced = scope(() =>
      trace((x, y) => net.trainStep(new Batch(x!, [y!], [undefined], program.x[0]!)), inputs, { checkTwice: false }),
    );
    const { program: before, variables } = lowerTrace(traced);
    const after = runPasses(before);
    expect(after.instructions.length).toBeLessThanOrEqual((before.instructions.length * program.leftOfTen) / 10);

    const start = Object.fromEntries(before.state.map(({ name }, i) => [name, elementsOf(variables[i]!.value)]));
    const plan = planProgram(after);
    for (const serialBelow of [0, 50, 8192]) expect(findHazards(planProgram(after, { serialBelow }))).toEqual([]);
    let [expected, received, planned] = [start, start, start];
    for (let step = 0; step < 3; step++) {
      const feeds = Object.fromEntries(
        inputs.map(({ name, shape }, i) => [name, numbers(shape, program.integers[name], 2 * step + i)]),
      );
      expected = { ...interpret(before, { inputs: feeds, state: expected }).state };
      received = { ...interpret(after, { inputs: feeds, state: received }).state };
      planned = runPlan(plan, { inputs: feeds, state: planned }).state;
    }
    expect(received).toEqual(expected);
    expect(planned).toEqual(expected);
    expect(received).not.toEqual(start);
    net.optimizer.dispose();
    net.dispose();
  },
);
