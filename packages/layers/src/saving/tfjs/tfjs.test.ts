import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { HostArray, hostToTensor, type Tensor, useBackend } from '@capas/core';
import type * as Tfjs from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as layers from '../../layers/index.ts';
import { model as functional } from '../../models/functional.ts';
import type { Model } from '../../models/model.ts';
import { sequential } from '../../models/sequential.ts';
import { loadModel } from '../load-model.ts';
import { modelToArchive } from '../save-model.ts';

// the entry of tfjs-layers that Node takes; its ES modules cannot be imported there
const tf: typeof Tfjs = createRequire(import.meta.url)('@tensorflow/tfjs-layers');
const folder = mkdtempSync(join(tmpdir(), 'capas-tfjs-'));
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type TfjsModel = ReturnType<typeof tf.sequential> | ReturnType<typeof tf.model>;

/** What tfjs hands to a handler, as the files that its own handlers write. */
async function savedByTfjs(model: TfjsModel): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  await model.save({
    save: async ({ modelTopology, weightSpecs: weights, weightData, trainingConfig, format }) => {
      const bytes = new Uint8Array(weightData as ArrayBuffer);
      const json = { modelTopology, format, trainingConfig, weightsManifest: [{ paths: ['a.bin', 'b.bin'], weights }] };
      files.set('model.json', new TextEncoder().encode(JSON.stringify(json)));
      files.set('a.bin', bytes.slice(0, 10)).set('b.bin', bytes.slice(10));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } };
    },
  });
  return files;
}

const handler = (files: ReadonlyMap<string, Uint8Array>) => ({
  read: async (name = 'model.json') => files.get(name)!,
});

/** A model as tfjs opens it. */
async function openedByTfjs(model: Model): Promise<TfjsModel> {
  const files = new Map<string, Uint8Array>();
  await model.save({ write: async (bytes, name) => void files.set(name, bytes) }, { format: 'tfjs' });
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(files.get('model.json')));
  const [{ paths, weights }] = weightsManifest;
  const weightData = await new Blob(paths.map((path: string) => files.get(path))).arrayBuffer();
  return await tf.loadLayersModel({ load: async () => ({ modelTopology, weightSpecs: weights, weightData }) });
}

const floats = (...shape: number[]): HostArray =>
  new HostArray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(3 * i)),
    shape,
  );

const valuesOf = (outputs: unknown): number[] =>
  [outputs].flat().flatMap((output) => Array.from((output as Tensor).dataSync()));

/** The outputs of both for the same inputs; one model takes one array or a list of them. */
async function compare(ours: Model, theirs: TfjsModel, ...data: HostArray[]): Promise<void> {
  const tensors = data.map((array) => hostToTensor(array));
  const [one, other] = [
    valuesOf(await ours.predict(data.length === 1 ? data[0]! : data)),
    valuesOf(theirs.predict((tensors.length === 1 ? tensors[0] : tensors) as never)),
  ];
  expect(one.length).toBe(other.length);
  expect(one.some((value) => value !== 0)).toBe(true);
  for (const [i, value] of one.entries()) expect(value).toBeCloseTo(other[i]!, 5);
}

const l = tf.layers;
/** Initial values that are not all the same, also of biases. */
const random = { kernelInitializer: 'randomNormal', biasInitializer: 'randomNormal' } as const;

describe('a model that tfjs has saved', () => {
  const models: Readonly<Record<string, () => readonly [TfjsModel, ...HostArray[]]>> = {
    'dense, batch normalization': () => [
      tf.sequential({
        layers: [
          l.dense({ units: 4, activation: 'elu', inputShape: [3], ...random }),
          l.batchNormalization(),
          l.dropout({ rate: 0.3 }),
          l.leakyReLU({ alpha: 0.1 }),
          l.dense({ units: 2, activation: 'softmax', ...random }),
        ],
      }),
      floats(5, 3),
    ],
    convolutions: () => [
      tf.sequential({
        layers: [
          l.conv2d({
            filters: 4,
            kernelSize: 3,
            padding: 'same',
            activation: 'relu6',
            inputShape: [8, 8, 3],
            ...random,
          }),
          l.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
          l.separableConv2d({ filters: 3, kernelSize: 2 }),
          l.maxPooling2d({ poolSize: 2 }),
          l.upSampling2d({ size: [2, 2] }),
          l.zeroPadding2d({ padding: 1 }),
          l.conv2dTranspose({ filters: 2, kernelSize: 2, ...random }),
          l.prelu({ alphaInitializer: 'randomNormal' }),
          l.globalAveragePooling2d({}),
        ],
      }),
      floats(2, 8, 8, 3),
    ],
    'recurrent layers with the defaults of tfjs': () => [
      tf.sequential({
        layers: [
          l.embedding({ inputDim: 10, outputDim: 4, inputLength: 5, embeddingsInitializer: 'randomNormal' }),
          l.bidirectional({ layer: l.lstm({ units: 3, returnSequences: true }) as never, mergeMode: 'concat' }),
          l.timeDistributed({ layer: l.dense({ units: 3, ...random }) }),
          l.gru({ units: 2, returnSequences: true }),
          l.simpleRNN({ units: 2 }),
        ],
      }),
      new HostArray(Float32Array.of(1, 2, 3, 4, 5, 9, 8, 7, 6, 0), [2, 5]),
    ],
    'several inputs, a shared layer, a model in it': () => {
      const [a, b] = [tf.input({ shape: [3] }), tf.input({ shape: [3] })];
      const shared = l.dense({ units: 3, ...random });
      const inner = tf.sequential({ layers: [l.dense({ units: 2, inputShape: [6], ...random })] });
      const joined = l.concatenate().apply([shared.apply(a), shared.apply(b)] as Tfjs.SymbolicTensor[]);
      const once = inner.apply(joined) as Tfjs.SymbolicTensor;
      return [
        tf.model({ inputs: [a, b], outputs: [once, l.dense({ units: 1 }).apply(once) as never] }),
        floats(4, 3),
        floats(4, 3),
      ];
    },
  };

  test.each(Object.keys(models))('gives the same outputs here: %s', async (name) => {
    const [theirs, ...data] = models[name]!();
    const ours = await loadModel(handler(await savedByTfjs(theirs)));
    await compare(ours, theirs, ...data);
    // and from a .keras file of it
    await compare(await loadModel(await modelToArchive(ours)), theirs, ...data);
    // and when it goes back
    await compare(ours, await openedByTfjs(ours), ...data);
  });

  test('is read as its converter writes it, with cells in the names of weights', async () => {
    const layer = (name: string, className: string, config: object) => ({
      class_name: className,
      config: { name, ...config },
    });
    const modelConfig = layer('net', 'Sequential', {
      layers: [
        layer('in', 'InputLayer', { batch_input_shape: [null, 3, 2], dtype: 'float32', sparse: false, ragged: false }),
        layer('rnn', 'SimpleRNN', { units: 1, activation: 'linear', use_bias: false, time_major: false }),
        layer('top', 'Dense', { units: 1, activation: 'linear', use_bias: true }),
      ],
    });
    const training = {
      optimizer_config: layer('SGD', 'SGD', { learning_rate: 0.5, decay: 0 }),
      loss: 'mse',
      metrics: null,
    };
    const topology = {
      keras_version: '2.15.0',
      backend: 'tensorflow',
      model_config: modelConfig,
      training_config: training,
    };
    const weight = (name: string, ...shape: number[]) => ({ name, shape, dtype: 'float32' });
    const manifest = [
      { paths: ['1.bin'], weights: [weight('top/kernel', 1, 1), weight('top/bias', 1)] },
      {
        paths: ['2.bin'],
        weights: [weight('rnn/simple_rnn_cell/kernel', 2, 1), weight('rnn/simple_rnn_cell/recurrent_kernel', 1, 1)],
      },
    ];
    const json = { format: 'layers-model', modelTopology: topology, weightsManifest: manifest };
    const bytes = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
    const files = new Map([
      ['model.json', new TextEncoder().encode(JSON.stringify(json))],
      ['1.bin', bytes(10, 5)],
      ['2.bin', bytes(1, 2, 3)],
    ]);
    const model = await loadModel(handler(files));
    // h: 1 + 2 = 3, 3 + 3·3 = 12, 3 + 3·12 = 39; 10·39 + 5
    const ones = new HostArray(new Float32Array(6).fill(1), [1, 3, 2]);
    expect(valuesOf(await model.predict(ones))).toEqual([395]);
    expect(model.optimizer.config).toMatchObject({ learningRate: 0.5 });
  });

  test('is compiled as it was, where the file says how', async () => {
    const theirs = tf.sequential({ layers: [l.dense({ units: 1, inputShape: [2] })] });
    const files = await savedByTfjs(theirs);
    const json = JSON.parse(new TextDecoder().decode(files.get('model.json')));
    const optimizer = { class_name: 'RMSProp', config: { learningRate: 0.25, decay: 0.8, momentum: 0, epsilon: 1e-7 } };
    json.trainingConfig = { loss: 'mean_squared_error', metrics: ['mae'], optimizer_config: optimizer };
    files.set('model.json', new TextEncoder().encode(JSON.stringify(json)));
    const { optimizer: ours, options } = (await loadModel(handler(files))).compilation;
    expect(ours.config).toMatchObject({ learningRate: 0.25, rho: 0.8 });
    expect(options).toMatchObject({ loss: 'mean_squared_error', metrics: ['mae'] });
    expect((await loadModel(handler(files), { compile: false })).isCompiled).toBe(false);
  });
});

describe('a model that is saved for tfjs', () => {
  test('gives the same outputs there', async () => {
    const x = layers.input({ shape: [6, 2] });
    const first = layers.conv1d({ filters: 4, kernelSize: 2, activation: 'silu', kernelRegularizer: 'l2' })(x);
    const second = layers.bidirectional({
      layer: layers.lstm({ units: 3, recurrentActivation: 'sigmoid', biasInitializer: 'randomNormal' }),
    })(layers.layerNormalization()(first));
    const third = layers.gru({ units: 2, resetAfter: false })(first);
    const model = functional({ inputs: x, outputs: [layers.dense({ units: 2 })(second), third] });
    await compare(model, await openedByTfjs(model), floats(3, 6, 2));
  });

  test('a model in a model', async () => {
    const part = () => sequential([layers.dense({ units: 2, inputShape: [2], biasInitializer: 'randomNormal' })]);
    const x = layers.input({ shape: [2] });
    const inner = functional({ inputs: x, outputs: part()(x) });
    const outer = layers.input({ shape: [2] });
    const once = inner(part()(outer));
    const model = functional({ inputs: outer, outputs: [inner(once), once] });
    await compare(model, await openedByTfjs(model), floats(3, 2));
  });

  test('stands in a folder: shards of 4 MiB and model.json', async () => {
    const model = sequential([layers.dense({ units: 1100, useBias: false, inputShape: [1000] })]);
    await model.save(join(folder, 'net'), { format: 'tfjs' });
    expect(readdirSync(join(folder, 'net')).sort()).toEqual([
      'group1-shard1of2.bin',
      'group1-shard2of2.bin',
      'model.json',
    ]);
    await model.save(join(folder, 'other/model.json'));
    const bytesOf = (from: Model) => Buffer.from(from.weights[0]!.value.dataSync().buffer);
    for (const source of [
      join(folder, 'net'),
      join(folder, 'other/model.json'),
      `file://${join(folder, 'net/model.json')}`,
    ])
      expect(bytesOf(await loadModel(source)).equals(bytesOf(model))).toBe(true);
  });

  test.each([
    ['GRU', () => layers.gru({ units: 1, name: 'g', inputShape: [2, 2] }), "the layer 'g' has reset_after = true"],
    [
      'a layer',
      () => layers.groupNormalization({ groups: 1, name: 'g', inputShape: [2] }),
      "'g' is a GroupNormalization, which",
    ],
    [
      'groups',
      () => layers.conv1d({ filters: 2, kernelSize: 1, groups: 2, name: 'c', inputShape: [2, 2] }),
      "'c' has groups = 2",
    ],
    [
      'an activation',
      () => layers.activation({ activation: 'hardSigmoid', name: 'h', inputShape: [2] }),
      "'h' computes hard_sigmoid, which",
    ],
    [
      'another',
      () => layers.activation({ activation: 'hardTanh', name: 'h', inputShape: [2] }),
      "'h' computes hard_tanh, which tfjs does not have",
    ],
  ])('what tfjs does not have, or not so, is refused: %s', async (_, layer, message) => {
    const save = sequential([layer() as never]).save(join(folder, 'none'), { format: 'tfjs' });
    await expect(save).rejects.toThrow(message);
    expect(readdirSync(folder)).not.toContain('none');
  });
});

describe('a file that is no layers model', () => {
  const load = (json: object) => loadModel(new TextEncoder().encode(JSON.stringify(json)));
  const topology = { class_name: 'Sequential', config: { name: 's', layers: [] } };

  test.each([
    [{ format: 'graph-model', modelTopology: {} }, 'this is a graph model of tfjs'],
    [{ weightsManifest: [] }, 'it has no `modelTopology`'],
    [{ modelTopology: topology }, 'it has no `weightsManifest`'],
    [
      { modelTopology: topology, weightsManifest: [{ paths: ['../x.bin'], weights: [] }] },
      'does not list files beside it',
    ],
    [
      { modelTopology: topology, weightsManifest: [{ paths: ['/etc/x'], weights: [] }] },
      'does not list files beside it',
    ],
    [{ modelTopology: topology, weightsManifest: [{ paths: ['x.bin'], weights: [] }] }, "needs 'x.bin' beside it"],
    [topology, 'it has the config of a model and no weights: `modelFromJSON(text)`'],
  ])('is refused %#', async (json, message) => {
    await expect(load(json)).rejects.toThrow(message);
  });
});
