import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchNormalization, dense } from '../layers/index.ts';
import type { Model } from '../models/model.ts';
import { sequential } from '../models/sequential.ts';
import { x, y } from '../testing/small-models.ts';
import { modernConfig } from './keras2-config.ts';
import { modelToLegacyH5 } from './legacy-h5.ts';
import { loadModel } from './load-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'capas-h5-'));
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const net = (units = 3): Model =>
  sequential([
    dense({ units, inputShape: [2], name: 'one' }),
    batchNormalization({ name: 'norm' }),
    dense({ units: 1, name: 'two' }),
  ]);
const values = (model: Model): number[][] => model.weights.map(({ value }) => Array.from(value.dataSync()));

describe('a legacy .h5 file', () => {
  test('has the model, its weights, how it was compiled and the state of the optimizer', async () => {
    const model = net();
    model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
    await model.fit(x, y, { epochs: 2, verbose: 0 });
    const path = join(folder, 'net.h5');
    await model.save(path);
    const loaded = await loadModel(path);
    expect(values(loaded)).toEqual(values(model));
    const [a, b] = [model, loaded].map((each) =>
      each.optimizer.variables.map(({ value }) => Array.from(value.dataSync())),
    );
    expect(b).toEqual(a);
    expect(await loaded.evaluate(x, y, { verbose: 0 })).toEqual(await model.evaluate(x, y, { verbose: 0 }));
  });

  test('gives its weights to a model by the order of layers, or by their names', async () => {
    const bytes = await modelToLegacyH5(net());
    const from = await loadModel(bytes);
    const same = net();
    await same.loadWeights(bytes);
    expect(values(same)).toEqual(values(from));
    const other = sequential([
      dense({ units: 5, inputShape: [2], name: 'new' }),
      dense({ units: 3, name: 'mid' }),
      dense({ units: 1, name: 'two' }),
    ]);
    const before = values(other);
    await other.loadWeights(bytes, { byName: true });
    expect(values(other)).toEqual([...before.slice(0, 4), ...values(from).slice(-2)]);
  });

  test('of another model is refused as a whole', async () => {
    const other = net(4);
    const before = values(other);
    await expect(other.loadWeights(await modelToLegacyH5(net()))).rejects.toThrow(
      /Nothing was changed.\n {2}'one': kernel has the shape \[2, 4\]. The file has \[2, 3\]./,
    );
    expect(values(other)).toEqual(before);
  });
});

describe('configs of Keras 2', () => {
  test('a functional model: calls by their arguments', () => {
    const dense = {
      class_name: 'Dense',
      name: 'd',
      config: { name: 'd', units: 2 },
      inbound_nodes: [[['a', 0, 0, {}]]],
    };
    const both = {
      class_name: 'Add',
      name: 's',
      config: { name: 's' },
      inbound_nodes: [
        [
          ['d', 0, 0, {}],
          ['a', 0, 0, {}],
        ],
      ],
    };
    const input = {
      class_name: 'InputLayer',
      name: 'a',
      config: { name: 'a', batch_input_shape: [null, 2] },
      inbound_nodes: [],
    };
    const config = {
      name: 'm',
      layers: [input, dense, both],
      input_layers: [['a', 0, 0]],
      output_layers: [['s', 0, 0]],
    };
    const symbol = (name: string) => ({ class_name: '__keras_tensor__', config: { keras_history: [name, 0, 0] } });
    const modern = modernConfig({ class_name: 'Model', config }) as { class_name: string; config: typeof config };
    expect(modern.class_name).toBe('Functional');
    expect(modern.config.layers[0]!.config).toEqual({ name: 'a', batch_shape: [null, 2] });
    expect(modern.config.layers[1]!.inbound_nodes).toEqual([{ args: [symbol('a')], kwargs: {} }]);
    expect(modern.config.layers[2]!.inbound_nodes).toEqual([{ args: [[symbol('d'), symbol('a')]], kwargs: {} }]);
    expect(modern.config.input_layers).toEqual(['a', 0, 0]);
  });

  test('calls of models that are layers, which are counted from 1', () => {
    const inner = { class_name: 'Sequential', name: 's', config: { name: 's', layers: [] } };
    const outer = { ...inner, class_name: 'Functional', name: 'f' };
    const config = {
      layers: [
        { class_name: 'InputLayer', name: 'a', config: { name: 'a' }, inbound_nodes: [] },
        { ...inner, inbound_nodes: [[['a', 0, 0, {}]], [['s', 1, 0, {}]]] },
        { ...outer, inbound_nodes: [[['s', 2, 0, {}]]] },
      ],
      input_layers: [['a', 0, 0]],
      output_layers: [
        ['s', 1, 0],
        ['f', 1, 0],
      ],
    };
    const modern = modernConfig({ class_name: 'Functional', config }) as { config: typeof config };
    const histories = modern.config.layers.map(({ inbound_nodes: nodes }) =>
      (nodes as unknown as { args: { config: { keras_history: unknown } }[] }[]).map(({ args }) => args[0]!.config),
    );
    expect(histories[1]).toEqual([{ keras_history: ['a', 0, 0] }, { keras_history: ['s', 0, 0] }]);
    expect(histories[2]).toEqual([{ keras_history: ['s', 1, 0] }]);
    // Keras 3 counts a Sequential from 0
    expect(modern.config.output_layers).toEqual([
      ['s', 0, 0],
      ['f', 1, 0],
    ]);
  });

  test('what was renamed', () => {
    const config = { name: 'b', axis: [3], batch_input_shape: [null, 4] };
    expect(modernConfig({ class_name: 'BatchNormalization', config }).config).toEqual({
      name: 'b',
      axis: 3,
      batch_input_shape: [null, 4],
    });
    expect(
      modernConfig({
        class_name: 'Sequential',
        config: [{ class_name: 'LSTM', config: { units: 2, time_major: false } }],
      }).config,
    ).toEqual({
      layers: [{ class_name: 'LSTM', config: { units: 2 } }],
    });
  });
});
