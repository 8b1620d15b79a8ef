import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  batchNormalization,
  dense,
  dropout,
  input,
  multiHeadAttention,
  spectralNormalization,
} from '../layers/index.ts';
import { model as functional } from '../models/functional.ts';
import type { Model } from '../models/model.ts';
import { sequential } from '../models/sequential.ts';
import { adam } from '../optimizers/index.ts';
import { x, y } from '../testing/small-models.ts';
import { readH5 } from './h5/read-h5.ts';
import { weightsFromH5, weightsToH5 } from './weights-file.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const small = (units = 3): Model => {
  const model = sequential([
    input({ shape: [2] }),
    dense({ units, name: 'one' }),
    dropout({ rate: 0.5 }),
    batchNormalization(),
    dense({ units: 1 }),
  ]);
  model.compile({ optimizer: adam(), loss: 'mse' });
  return model;
};
const values = (model: Model): number[][] => model.weights.map(({ value }) => Array.from(value.dataSync()));
const state = (model: Model): number[][] => model.optimizer.variables.map(({ value }) => Array.from(value.dataSync()));

describe('a .weights.h5 file', () => {
  test('brings weights and optimizer to a model that has not been trained', async () => {
    const trained = small();
    await trained.fit(x, y, { epochs: 2, batchSize: 5, verbose: 0 });
    const fresh = small();
    await weightsFromH5(fresh, 'w', await weightsToH5(trained));
    expect(values(fresh)).toEqual(values(trained));
    expect(state(fresh)).toEqual(state(trained));
  });

  test('has the groups that Keras makes', async () => {
    const model = small();
    await model.fit(x, y, { batchSize: 10, verbose: 0 });
    await readH5('w', await weightsToH5(model), (root) => {
      expect(root.names).toEqual(['layers', 'optimizer', 'vars']);
      expect(root.group('layers')!.names).toEqual(['batch_normalization', 'dense', 'dense_1', 'dropout']);
      expect(root.group('layers/dense/vars')!.attribute('name')).toBe('one');
      expect(root.array('layers/dense/vars/0')!.shape).toEqual([2, 3]);
      expect(root.group('layers/dropout/vars')!.names).toEqual([]);
      expect(root.array('optimizer/vars/0')).toEqual({ shape: [], dtype: 'int64', data: BigInt64Array.of(1n) });
    });
  });

  test('a kernel stands there with its sum of low rank, as Keras writes it', async () => {
    const model = sequential([dense({ units: 3, inputShape: [2], loraRank: 1 })]);
    scope(() => model.setWeights([1, 2, 3, 4].map((value, i) => ops.full(model.weights[i]!.shape, value))));
    const [kernel, bias, a, b] = ['kernel', 'bias', 'lora_kernel_a', 'lora_kernel_b'].map((name) =>
      model.weights.find((weight) => weight.name === name)!.value.dataSync(),
    );
    const bytes = await weightsToH5(model);
    await readH5('w', bytes, (root) => {
      expect(root.group('layers/dense/vars')!.names).toEqual(['0', '1']);
      expect(root.array('layers/dense/vars/0')!.data).toEqual(Float32Array.from(kernel!, (v) => v + a![0]! * b![0]!));
      expect(root.array('layers/dense/vars/1')!.data).toEqual(Float32Array.from(bias!));
    });
    const outputs = Array.from((await model.predict(x)).dataSync());
    await weightsFromH5(model, 'w', bytes);
    expect(Array.from((await model.predict(x)).dataSync())).toEqual(outputs);
  });

  test('layers stand there under the names of Keras', async () => {
    const query = input({ shape: [3, 4] });
    const attended = multiHeadAttention({ numHeads: 2, keyDim: 2, useGate: true })([query, query]);
    const model = functional({
      inputs: query,
      outputs: spectralNormalization({ layer: dense({ units: 2 }) })(attended),
    });
    await readH5('w', await weightsToH5(model), (root) => {
      expect(root.array('layers/multi_head_attention/_gate_dense/vars/0')!.shape).toEqual([4, 2, 2]);
      expect(root.group('layers/spectral_normalization/vars')!.names).toEqual(['0', '1']);
      expect(root.array('layers/spectral_normalization/vars/0')!.shape).toEqual([4, 2]);
    });
  });

  test('saved again it has the same bytes', async () => {
    const model = small();
    const bytes = await weightsToH5(model);
    const other = small();
    await weightsFromH5(other, 'w', bytes);
    Object.defineProperty(other, 'name', { value: model.name });
    for (const [i, layer] of other.layers.entries())
      Object.defineProperty(layer, 'name', { value: model.layers[i]!.name });
    Object.defineProperty(other.optimizer, 'name', { value: model.optimizer.name });
    expect(await weightsToH5(other)).toEqual(bytes);
  });

  test('of another model is refused as a whole', async () => {
    const [from, to] = [small(4), small(3)];
    const before = values(to);
    await expect(weightsFromH5(to, 'w.weights.h5', await weightsToH5(from))).rejects.toThrow(
      /does not fit the weights in w.weights.h5. Nothing was changed.\n {2}'one' \(layers\/dense\): kernel has the shape \[2, 3\]. The file has \[2, 4\]./,
    );
    expect(values(to)).toEqual(before);
  });

  test('or for what fits, where it is asked for', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const from = sequential([dense({ units: 3, inputShape: [2], biasInitializer: 'ones' }), dense({ units: 9 })]);
    const to = sequential([dense({ units: 3, inputShape: [2] }), dense({ units: 1, name: 'last' })]);
    await weightsFromH5(to, 'w', await weightsToH5(from), { skipMismatch: true });
    expect(values(to).slice(0, 2)).toEqual(values(from).slice(0, 2));
    expect(warn.mock.calls.flat().join()).toMatch(/'last' \(layers\/dense_1\): kernel has the shape \[3, 1\]/);
    warn.mockRestore();
  });
});
