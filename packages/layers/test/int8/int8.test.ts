import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { dtypePolicies, gradients, ops, scope, type Tensor, useBackend } from '@capas/core';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  cloneModel,
  deserializeKerasObject,
  input,
  type Layer,
  layers,
  loadModel,
  type Model,
  model,
  quantizers,
  Sequential,
  type Weight,
} from '../../src/index.ts';
import { camelizeConfig } from '../../src/saving/keras-config.ts';

interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly options: object;
  readonly inputs: number[];
  readonly dtype: 'float32' | 'int32';
  readonly weights: number[][];
  readonly outputs: readonly unknown[];
  readonly gradient?: readonly unknown[];
  readonly quantized: readonly { name: string; dtype: string; trainable: boolean; shape: number[]; value: number[] }[];
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const kerasLayers = read('keras-layers.json') as readonly KerasLayer[];
const attention = read('keras-attention.json') as { inputs: number[][]; outputs: unknown[]; file: string };

beforeEach(() => useBackend(...cpu({ prefer: ['js'] })));

const numbers = (nested: readonly unknown[]): number[] => nested.flat(9) as number[];
const close = (values: Iterable<number>, digits = 5): unknown[] => [...values].map((v) => expect.closeTo(v, digits));
const typeOf = (weight: Weight): string => weight.stored ?? weight.dtype;
const glorot = (seed: number) => ({ className: 'GlorotUniform', config: { seed } });

describe('as Keras', () => {
  test.each(kerasLayers.map((item) => [item.name, item] as const))('%s', (_, given) => {
    const module = 'keras.layers';
    const object = { module, class_name: given.className, config: given.config, registered_name: null };
    const layer = deserializeKerasObject(object) as Layer;
    const options = camelizeConfig(given.options as Record<string, unknown>);
    const x = ops.convertToTensor(given.inputs, { dtype: given.dtype });
    layer.apply(x, options);
    layer.setWeights(given.weights);
    layer.quantize('int8');
    const made = layer.weights.map((weight) => ({
      ...{ name: weight.name, dtype: typeOf(weight), trainable: weight.trainable, shape: weight.shape },
      value: [...weight.value.dataSync()].map((value) => value + 0), // 0 for −0
    }));
    // whole numbers are the same, scales to the last digits
    expect(made).toEqual(
      given.quantized.map(({ value, ...rest }) => ({
        ...rest,
        value: rest.dtype === 'int8' ? value : close(value, 3),
      })),
    );
    expect([...layer.apply(x, options).dataSync()]).toEqual(close(numbers(given.outputs)));
    if (!given.gradient) return;
    const [dx] = gradients((inputs) => ops.sum(ops.square(layer.apply(inputs, options))), [x]);
    expect([...dx!.dataSync()]).toEqual(close(numbers(given.gradient), 4));
  });

  test('a file of Keras with attention, which says nowhere that it is quantized there', async () => {
    const net = await loadModel(Uint8Array.from(atob(attention.file), (letter) => letter.charCodeAt(0)));
    const outputs = await net.predict(attention.inputs);
    expect([...outputs.dataSync()]).toEqual(close(numbers(attention.outputs)));
    const again = await saved(net, 'again.keras');
    expect([...(await again.predict(attention.inputs)).dataSync()]).toEqual([...outputs.dataSync()]);
    const inner = again.layers[2]!.sublayers.filter((layer) => layer.weights.length > 0);
    expect(inner.map(({ path, quantizationMode }) => `${path} ${quantizationMode}`)).toEqual(
      ['query', 'key', 'value', 'attention_output'].map((name) => `mha/${name} int8`),
    );
  });
});

async function saved(net: Model, name: string): Promise<Model> {
  const path = join(await mkdtemp(join(tmpdir(), 'capas-')), name);
  await net.save(path);
  return await loadModel(path);
}

const ids = [
  [0, 3, 5, 1],
  [2, 2, 4, 0],
];

/** Of each kind one. */
function network(): Model {
  const words = input({ shape: [4], dtype: 'int32' });
  const vectors = layers.embedding({ inputDim: 6, outputDim: 8, embeddingsInitializer: glorot(1) })(words);
  const attended = layers.multiHeadAttention({ numHeads: 2, keyDim: 4, kernelInitializer: glorot(2) })([
    vectors,
    vectors,
  ]);
  const inside = layers.dense({ units: 6, activation: 'gelu', kernelInitializer: glorot(3) });
  const steps = layers.timeDistributed({ layer: inside })(attended);
  const recurrent = layers.gru({
    units: 5,
    returnSequences: true,
    kernelInitializer: glorot(4),
    recurrentInitializer: glorot(6),
  })(steps);
  return model({ inputs: words, outputs: layers.dense({ units: 3, kernelInitializer: glorot(5) })(recurrent) });
}

const predicted = async (net: Model, x: number[][] = ids): Promise<number[]> => {
  const outputs = await net.predict(x);
  const values = [...outputs.dataSync()];
  outputs.dispose();
  return values;
};

describe('a model', () => {
  test('gives nearly the same, a quarter as large in files', async () => {
    const net = new Sequential([
      layers.dense({ units: 256, activation: 'tanh', inputShape: [256], kernelInitializer: glorot(1) }),
      layers.dense({ units: 4, kernelInitializer: glorot(2) }),
    ]) as unknown as Model;
    const x = [Array.from({ length: 256 }, (_, i) => Math.sin(12.9898 * i))];
    const sizes: number[] = [];
    const target = { write: async (bytes: Uint8Array) => void sizes.push(bytes.length) };
    const before = await predicted(net, x);
    await net.save(target);
    net.quantize('int8');
    await net.save(target);
    expect(await predicted(net, x)).toEqual(close(before, 1));
    expect(await predicted(net, x)).not.toEqual(before);
    expect(sizes[1]!).toBeLessThan(sizes[0]! / 3);
  });

  test('names the layers that stay as they are', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const net = network();
    net.quantize('int8');
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]![0]).toMatch(/cannot be quantized, and stay as they are: gru\w*\/gru_cell\w*\.$/);
    warn.mockRestore();
  });

  test('comes back from files, clones and configs as it was', async () => {
    const net = network();
    net.quantize(new quantizers.Int8QuantizationConfig({ activationQuantizer: null }), { filters: 'dense|embedding' });
    const outputs = await predicted(net);
    const back = await saved(net, 'weights-alone.keras');
    expect(await predicted(back)).toEqual(outputs);
    expect(back.layers.at(-1)!.quantizationConfig?.activationQuantizer).toBeUndefined();
    expect(back.layers[2]!.sublayers[0]!.quantizationMode).toBeUndefined();
    expect(await predicted(await saved(net, 'legacy.h5'))).toEqual(outputs);
    const clone = cloneModel(net);
    clone.setWeights(net.getWeights());
    expect(await predicted(clone)).toEqual(outputs);
    await expect(net.save('model.json')).rejects.toThrow(/quantized/);
  });

  test('trains what is not quantized, and nothing else', async () => {
    const net = network();
    net.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const y = scope(() => ops.ones([2, 4, 3]));
    await net.fit(ids, y, { verbose: 0 });
    net.quantize('int8');
    const whole = net.weights.filter(({ stored }) => stored);
    expect(whole.length).toBe(7);
    const before = whole.map(({ value }) => [...value.dataSync()]);
    const { history } = await net.fit(ids, y, { epochs: 20, verbose: 0 });
    expect(history.loss!.at(-1)!).toBeLessThan(history.loss![0]!);
    expect(whole.map(({ value }) => [...value.dataSync()])).toEqual(before);
    net.trainable = true;
    expect(net.trainableWeights.some(({ stored, name }) => stored || name.endsWith('_scale'))).toBe(false);
  });

  test.each(['js', 'wasm', 'native'] as const)('compiled as op by op: %s', async (engine) => {
    const [provider] = cpu({ prefer: [engine] });
    if (!(await provider!.probe()).ok) return;
    await useBackend(provider!);
    const losses = [];
    for (const jitCompile of [false, true]) {
      const net = network();
      net.quantize('int8');
      net.compile({ optimizer: 'sgd', loss: 'meanSquaredError', jitCompile });
      const y = scope(() => ops.ones([2, 4, 3]));
      const { history } = await net.fit(ids, y, { epochs: 3, verbose: 0 });
      losses.push([...history.loss!, ...(await predicted(net))]);
    }
    expect(losses[1]).toEqual(close(losses[0]!));
  });
});

describe('a layer', () => {
  const built = (): Layer => {
    const layer = layers.dense({ units: 2, name: 'head' }) as unknown as Layer;
    layer.ensureBuilt([null, 3]);
    return layer;
  };

  test('with the policy is made of weights of int8, or becomes one by it', () => {
    const layer = layers.dense({ units: 2, dtype: 'int8_from_float32' });
    layer.ensureBuilt([null, 3]);
    expect(layer.weights.map(typeOf)).toEqual(['float32', 'int8', 'float32']);
    const other = built();
    other.dtypePolicy = 'int8_from_float32';
    expect(other.weights.map(({ path }) => path)).toEqual(['head/bias', 'head/kernel', 'head/kernel_scale']);
    expect(other.dtypePolicy).toEqual(new dtypePolicies.QuantizedDTypePolicy('int8', 'float32'));
    other.weights[1]!.assign(ops.multiply(ops.ones([3, 2]), 200.4));
    expect(other.weights[1]!.value.dataSync()[0]).toBe(127);
  });

  test('is refused where it cannot be', () => {
    const layer = built();
    layer.quantize('int8');
    expect(() => layer.quantize('int8')).toThrow("'head' is quantized already: its policy is 'int8_from_float32'");
    for (const mode of ['float8', 'int4'])
      expect(() => built().quantize(mode as 'int8')).toThrow(/`mode` must be 'int8'.*Of Keras's modes there is/);
    expect(() => built().quantize('int7' as 'int8')).toThrow(/`mode` must be 'int8'. Received: 'int7'.$/);
    expect(() => layers.dense({ units: 2 }).quantize('int8')).toThrow(/must be built/);
    expect(() => layers.dropout({ rate: 0.5 }).quantize('int8')).toThrow(/a Dropout has no weights/);
    const half = layers.dense({ units: 2, dtype: 'mixed_float16' });
    half.ensureBuilt([null, 3]);
    expect(() => half.quantize('int8')).toThrow(/does not compute in float16/);
    const tuned = layers.dense({ units: 2, loraRank: 1 });
    tuned.ensureBuilt([null, 3]);
    expect(() => tuned.quantize('int8')).toThrow(/low-rank update/);
    expect(() => (layer as ReturnType<typeof layers.dense>).enableLora(1)).toThrow(/no low-rank update/);
    const dots = layers.einsumDense({ equation: '...x,xy->...y', outputShape: 2 });
    dots.ensureBuilt([null, 3]);
    expect(() => dots.quantize('int8')).toThrow(/with '...' cannot be quantized/);
  });

  test('of a subclass only without the check of types', () => {
    class Doubled extends layers.Dense {
      override call(inputs: Tensor): Tensor {
        return ops.multiply(super.call(inputs), 2);
      }
    }
    const layer = new Doubled({ units: 2, kernelInitializer: glorot(1) });
    const x = ops.ones([1, 3]);
    const before = [...layer.apply(x).dataSync()];
    expect(() => layer.quantize('int8')).toThrow(/subclass/);
    layer.quantize('int8', { typeCheck: false });
    expect([...layer.apply(x).dataSync()]).toEqual(close(before, 1));
  });
});
