import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, ops, random, type Shape, type Tensor, useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as layers from '../layers/index.ts';
import { model } from '../models/functional.ts';
import { Model } from '../models/model.ts';
import { sequential } from '../models/sequential.ts';
import { distance, exported, runExported } from './testing/run-exported.ts';

const LIMIT = 1e-5;

const numbers = (shape: Shape): HostArray => {
  const size = shape.reduce((a, b) => a * b, 1);
  return new HostArray(
    Float32Array.from({ length: size }, (_, i) => Math.sin(1 + 3 * i)),
    shape,
  );
};
const tokens = ([rows, count]: readonly [number, number]): HostArray =>
  new HostArray(
    Int32Array.from({ length: rows * count }, (_, i) => (5 * i) % 9),
    [rows, count],
  );

beforeAll(() => useBackend(cpu({ prefer: ['wasm'] })));
afterEach(() => vi.restoreAllMocks());

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'capas-onnx-'));
  const file = join(folder, 'net.onnx');

  test('has the names of the model, its weights under their paths, and is written whole', async () => {
    const x = layers.input({ shape: [3], name: 'features' });
    const y = layers.dense({ units: 2, name: 'scores' })(x);
    const doubled = layers.rescaling({ scale: 2 })(y);
    const net = model({ inputs: { features: x }, outputs: { scores: y, doubled }, name: 'net' });
    // weights are made when they are first read
    await exported(net);
    const before = memory().tensors;
    await net.export(file);
    expect(memory().tensors).toBe(before);
    const bytes = readFileSync(file);
    const outputs = await runExported(bytes, { features: numbers([4, 3]) });
    expect(Object.keys(outputs)).toEqual(['scores', 'doubled']);
    for (const { path } of net.weights) expect(bytes.includes(path), path).toBe(true);
    expect(readdirSync(folder)).toEqual(['net.onnx']);
    await expect(net.export(join(folder, 'none', 'net.onnx'))).rejects.toThrow("export: cannot write '");
    net.dispose();
  });

  test('is as it was where the model is refused', async () => {
    writeFileSync(file, 'before');
    const net = sequential([layers.lstm({ units: 2, stateful: true, batchInputShape: [2, 3, 1] })]);
    await expect(net.export(file)).rejects.toThrow(
      /export: each call changes '.*lstm.*' of '.*lstm.*'.*stateful: false/,
    );
    expect(readFileSync(file, 'utf8')).toBe('before');
    net.dispose();
    rmSync(folder, { recursive: true });
  });

  test('is the same each time, and of every opset', async () => {
    const net = sequential([layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [4, 4, 1] }), layers.flatten()]);
    expect(await exported(net)).toEqual(await exported(net, { opsetVersion: 18 }));
    const x = numbers([2, 4, 4, 1]);
    for (const opsetVersion of [17, 19, 20, 21, 22, 23])
      expect(await distance(net, await exported(net, { opsetVersion }), x)).toBeLessThanOrEqual(LIMIT);
    net.dispose();
  });
});

describe('inputSignature', () => {
  const text = () => {
    const x = layers.input({ shape: [null], dtype: 'int32', name: 'tokens' });
    const embedded = layers.embedding({ inputDim: 9, outputDim: 2 })(x);
    return model({ inputs: x, outputs: layers.globalAveragePooling1d()(embedded) });
  };

  test('says the sizes that a model leaves open', async () => {
    const net = text();
    await expect(exported(net)).rejects.toThrow(
      "export: the shape of input 'tokens' is [null, null], and only the batch may be left open in a graph. Give the sizes, as `inputSignature: { shape: [null, 32] }`.",
    );
    const bytes = await exported(net, { inputSignature: { shape: [null, 5] } });
    expect(await distance(net, bytes, tokens([3, 5]))).toBeLessThanOrEqual(LIMIT);
    net.dispose();
  });

  test('may fix the batch, and name inputs', async () => {
    const net = text();
    const bytes = await exported(net, { inputSignature: [{ shape: [2, 5], name: 'words' }] });
    expect(Object.keys(await runExported(bytes, { words: tokens([2, 5]) }))).toHaveLength(1);
    await expect(runExported(bytes, { words: tokens([3, 5]) })).rejects.toThrow('Got: 3 Expected: 2');
    net.dispose();
  });

  class Twice extends Model {
    readonly dense = layers.dense({ units: 3 });
    override call(x: Tensor): Tensor {
      return this.dense.apply(this.dense.apply(x));
    }
  }

  test('makes a subclassed model known, which has seen no data', async () => {
    const net = new Twice();
    await expect(exported(net)).rejects.toThrow(`export: model '${net.name}' has no weights yet`);
    const bytes = await exported(net, { inputSignature: { shape: [null, 3] } });
    const x = numbers([4, 3]);
    expect(await distance(net, bytes, x)).toBeLessThanOrEqual(LIMIT);
    await expect(exported(net)).rejects.toThrow('does not know what its inputs are. Give `inputSignature');
    net.dispose();
  });

  test.each<[unknown, string]>([
    [[], '`inputSignature` must be a `{ shape }`, or a list or record of them'],
    [{ shape: [] }, '`inputSignature` must be shapes with the batch axis'],
    [{ shape: [null, 5], dtype: 'string' }, "must be 'float32', 'int32' or 'bool'. Received: 'string'."],
  ])('%j is refused', async (inputSignature, message) => {
    const net = text();
    await expect(exported(net, { inputSignature: inputSignature as never })).rejects.toThrow(message);
    net.dispose();
  });
});

test('a graph that depends on the batch in another way takes batches of one, or of the size asked for, with a notice', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const share = (x: Tensor): Tensor => ops.divide(x, x.shape[0]! ** 2);
  const net = sequential([layers.lambda({ function: share, inputShape: [3] })], { name: 'shares' });
  const one = await exported(net);
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(
      /^capas: export: the graph of model 'shares' takes batches of 1 only: .*depends on it\. Another size can be given in `inputSignature`\.$/,
    ),
  );
  expect(await distance(net, one, numbers([1, 3]))).toBeLessThanOrEqual(LIMIT);
  const four = await exported(net, { inputSignature: { shape: [4, 3] } });
  expect(await distance(net, four, numbers([4, 3]))).toBeLessThanOrEqual(LIMIT);
  net.dispose();
});

describe('what ONNX does not have is refused with op, layer and remedy', () => {
  test.each<[string, (x: Tensor) => Tensor, string]>([
    [
      'random numbers',
      (x) => ops.add(x, random.uniform(x.shape, { seed: 3 })),
      "export: ONNX has no random numbers that can be repeated, for 'CapasRandom' in 'net/odd'. Random layers do nothing in inference; leave out one that draws then too.",
    ],
    [
      'a kernel of the host',
      (x) => tf.searchSorted(x, x) as Tensor,
      "export: ONNX has no operator for 'SearchSorted' in 'net/odd'. Leave this layer out of the exported model, and do what it does before or behind it.",
    ],
    ['values that are read', (x) => ops.multiply(x, x.dataSync()[0]!), "in 'net/odd'"],
  ])('%s', async (_, fn, message) => {
    const net = sequential([layers.lambda({ function: fn, inputShape: [3], name: 'odd' })], { name: 'net' });
    await expect(exported(net)).rejects.toThrow(message);
    net.dispose();
  });

  test.each<[object, string]>([
    [{ format: 'litert' }, "export: `format` must be 'onnx'. Received: 'litert'."],
    [{ opsetVersion: 16 }, '`opsetVersion` must be an integer from 17 to 23. Received: 16.'],
    [{ opsetVersion: 24 }, '`opsetVersion` must be an integer from 17 to 23. Received: 24.'],
    [{ opset: 18 }, "Unknown option of export: 'opset'."],
  ])('%j', async (options, message) => {
    const net = sequential([layers.dense({ units: 1, inputShape: [2] })]);
    await expect(exported(net, options)).rejects.toThrow(message);
    await expect(net.export('net.keras')).rejects.toThrow("a name that ends in '.onnx'. Received: 'net.keras'.");
    await expect(net.save('net.onnx')).rejects.toThrow(
      "Received: 'net.onnx'. `export` writes what a model computes as ONNX.",
    );
    net.dispose();
  });
});
