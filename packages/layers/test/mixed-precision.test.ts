import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import {
  config,
  dtypePolicies,
  ops,
  scope,
  type Tensor,
  toNarrowFloat,
  toTensor,
  useBackend,
  valueAndGradients,
} from '@capas/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  cloneModel,
  input,
  Layer,
  layers,
  loadModel,
  type Model,
  model,
  optimizers,
  Sequential,
} from '../src/index.ts';

beforeEach(() => useBackend(...cpu({ prefer: ['js'] })));
afterEach(() => config.setDtypePolicy('float32'));

const glorot = (seed: number) => ({ className: 'GlorotUniform', config: { seed } });

/** Points, of which the class says in which part of the plane they are. */
const SAMPLES = 128;
const points = Float32Array.from({ length: 4 * SAMPLES }, (_, i) => Math.sin(12.9898 * i));
const classes = Int32Array.from({ length: SAMPLES }, (_, i) =>
  points[4 * i]! > points[4 * i + 1]! ? 2 : points[4 * i + 2]! > 0 ? 1 : 0,
);

const mlp = (): Model =>
  new Sequential([
    layers.dense({ units: 16, activation: 'relu', inputShape: [4], kernelInitializer: glorot(1) }),
    layers.dense({ units: 3, activation: 'softmax', dtype: 'float32', kernelInitializer: glorot(2) }),
  ]) as unknown as Model;

async function train(network: Model, jitCompile: boolean, epochs = 4): Promise<{ loss: number; accuracy: number }> {
  network.compile({
    optimizer: optimizers.adam({ learningRate: 0.02 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    jitCompile,
  });
  const options = { epochs, batchSize: 32, verbose: 0, shuffle: false } as const;
  const { history } = await network.fit(
    scope(() => ops.reshape(points, [SAMPLES, 4])),
    classes,
    options,
  );
  return { loss: history.loss!.at(-1)!, accuracy: history.accuracy!.at(-1)! };
}

describe.each(['mixed_bfloat16', 'mixed_float16', 'bfloat16'] as const)('%s', (policy) => {
  test('a model learns as well as in float32, compiled as op by op, on every backend', async () => {
    const exact = await train(mlp(), true, 12);
    config.setDtypePolicy(policy);
    const network = mlp();
    const { accuracy } = await train(network, true, 12);
    expect(accuracy).toBeGreaterThan(exact.accuracy - 0.05);
    const losses: number[] = [];
    for (const engine of ['js', 'wasm', 'native'] as const) {
      await useBackend(...cpu({ prefer: [engine] }));
      for (const jitCompile of [false, true]) losses.push((await train(mlp(), jitCompile, 2)).loss);
    }
    for (const loss of losses) expect(loss).toBeCloseTo(losses[0]!, 5);
  });
});

test.each(['js', 'wasm', 'native'] as const)(
  'recurrent layers round in each step, compiled too: %s',
  async (engine) => {
    await useBackend(...cpu({ prefer: [engine] }));
    config.setDtypePolicy('mixed_bfloat16');
    const values = scope(() => ops.reshape(points.slice(0, 72), [4, 6, 3]));
    const losses: number[] = [];
    for (const jitCompile of [false, true]) {
      const network = new Sequential([
        layers.lstm({ units: 5, inputShape: [6, 3], kernelInitializer: glorot(1), recurrentInitializer: glorot(2) }),
        layers.dense({ units: 2, dtype: 'float32', kernelInitializer: glorot(3) }),
      ]);
      network.compile({ optimizer: 'sgd', loss: 'meanSquaredError', jitCompile });
      const options = { epochs: 2, batchSize: 4, verbose: 0, shuffle: false } as const;
      const { history } = await network.fit(
        values,
        scope(() => ops.zeros([4, 2])),
        options,
      );
      losses.push(history.loss!.at(-1)!);
    }
    expect(losses[1]).toBeCloseTo(losses[0]!, 6);
  },
);

const isRounded = (x: Tensor, format: 'bfloat16' | 'float16' = 'bfloat16'): boolean =>
  [...x.dataSync()].every((value) => value === toNarrowFloat(value, format));

test('inputs, weights and outputs are rounded, and the weights that are kept are not', () => {
  scope(() => {
    const dense = layers.dense({ units: 2, dtype: 'mixed_bfloat16', kernelInitializer: glorot(1) });
    const x = toTensor([[1.001, 0.3, -0.7]]);
    const y = dense.apply(x);
    const { computeDtype, variableDtype, dtypePolicy } = dense;
    expect([computeDtype, variableDtype, dtypePolicy.name, y.dtype]).toEqual([
      'bfloat16',
      'float32',
      'mixed_bfloat16',
      'float32',
    ]);
    const [kernel] = dense.weights;
    expect([isRounded(kernel!.value), isRounded(y)]).toEqual([false, true]);
    const product = ops.matmul(ops.cast(x, 'bfloat16'), ops.cast(kernel!.value, 'bfloat16'));
    expect([...y.dataSync()]).toEqual([...ops.cast(product, 'bfloat16').dataSync()]);
    const { gradients } = valueAndGradients(() => ops.sum(dense.apply(x)), [kernel!]);
    expect(isRounded(gradients[0]!)).toBe(true);
  });
});

test('normalizations and embeddings compute in float32, and round what they give', () => {
  scope(() => {
    for (const layer of [
      layers.layerNormalization({ dtype: 'mixed_float16' }),
      layers.groupNormalization({ groups: 1, dtype: 'mixed_float16' }),
    ]) {
      const [x, same] = [toTensor([[1000, 1000.1, 1000.2]]), toTensor([[1000, 1000, 1000]])];
      const exact = [...layer.apply(x).dataSync()];
      // in float16 the three would be one number
      expect(exact[0]).toBeLessThan(-1);
      expect([...layer.apply(same).dataSync()]).toEqual([0, 0, 0]);
      expect(isRounded(toTensor(exact), 'float16')).toBe(true);
    }
    const tokens = layers.embedding({ inputDim: 300, outputDim: 2, dtype: 'mixed_bfloat16' });
    // 257 is no number of bfloat16
    const [one, other] = [tokens.apply([[257]]), tokens.apply([[256]])];
    expect([...one.dataSync()]).not.toEqual([...other.dataSync()]);
    expect(isRounded(one)).toBe(true);
  });
});

test('a layer in float32 within one that computes in 16 bits gives all its digits', () => {
  class Head extends Layer {
    static override readonly className = 'Head';
    readonly inner = layers.dense({ units: 4, dtype: 'float32', kernelInitializer: glorot(5) });
    readonly outer = layers.dense({ units: 4, kernelInitializer: glorot(6) });
    override call(x: Tensor): Tensor {
      return this.inner.apply(this.outer.apply(x));
    }
  }
  scope(() => {
    config.setDtypePolicy('mixed_bfloat16');
    const head = new Head();
    expect(isRounded(head.apply(toTensor([[0.1, 0.2]])))).toBe(false);
    expect([head.computeDtype, head.inner.computeDtype, head.outer.computeDtype]).toEqual([
      'bfloat16',
      'float32',
      'bfloat16',
    ]);
  });
});

test('layers within a layer have its policy, and a map gives each its own', () => {
  const inside = layers.multiHeadAttention({ numHeads: 1, keyDim: 2, dtype: 'mixed_bfloat16' });
  expect(new Set(inside.sublayers.map(({ computeDtype }) => computeDtype))).toEqual(new Set(['bfloat16']));
  expect(layers.lstm({ units: 1, dtype: 'mixed_float16' }).cell.computeDtype).toBe('float16');
  const policies = new dtypePolicies.DTypePolicyMap({ policyMap: { first: 'mixed_bfloat16' } });
  const [first, second] = ['first', 'second'].map((name) => layers.dense({ units: 1, name, dtype: policies }));
  expect([first!.computeDtype, second!.computeDtype]).toEqual(['bfloat16', 'float32']);
  expect(() => layers.dense({ units: 1, dtype: 'float64' as never })).toThrow(/Tensors have no floats of 64 bits/);
});

test('a pure policy keeps rounded weights', async () => {
  const network = new Sequential([layers.dense({ units: 3, inputShape: [4], dtype: 'bfloat16' })]);
  network.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  await network.fit(
    scope(() => ops.reshape(points, [SAMPLES, 4])),
    scope(() => ops.ones([SAMPLES, 3])),
    { verbose: 0 },
  );
  const weights = network.getWeights();
  expect(weights.map((weight) => isRounded(weight))).toEqual([true, true]);
  network.setWeights(weights.map(({ shape }) => scope(() => ops.full(shape, 0.1))));
  expect(network.weights[1]!.value.dataSync()[0]).toBe(toNarrowFloat(0.1, 'bfloat16'));
});

describe('mixed_float16 scales the loss', () => {
  const network = (learningRate = 0.1): Sequential => {
    config.setDtypePolicy('mixed_float16');
    const made = new Sequential([
      layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones', useBias: false }),
    ]);
    made.compile({ optimizer: optimizers.sgd({ learningRate }), loss: 'meanSquaredError' });
    return made;
  };

  test('unless it is told not to', () => {
    const made = network();
    expect(made.optimizer).toMatchObject({
      name: 'loss_scale_optimizer',
      config: { initialScale: 2 ** 15, dynamicGrowthSteps: 2000 },
    });
    made.compile({ optimizer: 'sgd', loss: 'meanSquaredError', autoScaleLoss: false });
    expect(made.optimizer).toBeInstanceOf(optimizers.SGD);
    config.setDtypePolicy('mixed_bfloat16');
    const other = new Sequential([layers.dense({ units: 1, inputShape: [1] })]);
    other.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    expect(other.optimizer).toBeInstanceOf(optimizers.SGD);
  });

  test('a gradient beyond float16 halves the scale and changes no weight; the next step is a step', async () => {
    const made = network();
    const scale = made.optimizer.variables.find(({ name }) => name.endsWith('dynamic_scale'));
    expect(scale).toBeUndefined();
    // dy = 2 · (2 - 0) · 2^15 = 131072 is infinite in float16
    const step = () =>
      made.trainOnBatch(
        scope(() => toTensor([[2]])),
        scope(() => toTensor([[0]])),
      );
    const state = () => {
      const found = made.optimizer.variables.find(({ name }) => name.endsWith('dynamic_scale'))!;
      return [made.weights[0]!.value.dataSync()[0], found.value.dataSync()[0]];
    };
    await step();
    expect(state()).toEqual([1, 2 ** 14]);
    await step();
    // 65536 is infinite too
    expect(state()).toEqual([1, 2 ** 13]);
    await step();
    // dw = 2 · 32768 is not: w = 1 - 0.1 · 2 · (2 - 0) · 2 wants 65536 once more
    expect(state()).toEqual([1, 2 ** 12]);
    await step();
    expect(state()[0]).toBeCloseTo(0.2, 3);
    expect(state()[1]).toBe(2 ** 12);
  });
});

test('files keep policies, and the scale of the loss', async () => {
  config.setDtypePolicy('mixed_float16');
  const x = input({ shape: [4] });
  const map = new dtypePolicies.DTypePolicyMap({ defaultPolicy: 'float32', policyMap: { a_b: 'mixed_bfloat16' } });
  const hidden = layers.dense({ units: 3, name: 'a_b', dtype: map })(layers.dense({ units: 3 })(x));
  const made = model({
    inputs: x,
    outputs: layers.timeDistributed({ layer: layers.dense({ units: 1 }) })(
      layers.reshape({ targetShape: [3, 1] })(hidden),
    ),
  });
  made.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  const given = scope(() => ops.reshape(points.slice(0, 16), [4, 4]));
  await made.trainOnBatch(
    given,
    scope(() => ops.zeros([4, 3, 1])),
  );
  const path = join(await mkdtemp(join(tmpdir(), 'mixed-')), 'net.keras');
  await made.save(path);
  config.setDtypePolicy('float32');
  const loaded = await loadModel(path);
  const dtypes = (network: Model) => network.layers.slice(1).map(({ computeDtype }) => computeDtype);
  expect(dtypes(loaded)).toEqual(['float16', 'bfloat16', 'float16', 'float16']);
  expect(dtypes(cloneModel(loaded))).toEqual(dtypes(loaded));
  expect(loaded.optimizer).toBeInstanceOf(optimizers.LossScaleOptimizer);
  expect([...(await loaded.predict(given)).dataSync()]).toEqual([...(await made.predict(given)).dataSync()]);
});
