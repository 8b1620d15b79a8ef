import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { ops, type Tensor, useBackend } from '@capas/core';
import { goldensDir, readGoldens } from '@capas/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Layer } from '../layer.ts';
import type { LayerConfig, Shapes } from '../layer-config.ts';
import { batchNormalization, dense, dropout, embedding, input, lstm, multiHeadAttention } from '../layers/index.ts';
import { model as functional } from '../models/functional.ts';
import type { Model } from '../models/model.ts';
import { sequential } from '../models/sequential.ts';
import { adam } from '../optimizers/index.ts';
import { exponentialDecay } from '../schedules/index.ts';
import { forked, x, y } from '../testing/small-models.ts';
import { readArchive } from './archive.ts';
import { registerKerasSerializable } from './custom-objects.ts';
import { loadModel } from './load-model.ts';
import { serializeLayer } from './model-config.ts';
import { type KerasObject, revive } from './revive.ts';
import { modelToArchive } from './save-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'capas-save-'));
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const outputs = async (model: Model, data = x): Promise<number[]> => {
  const result = await model.predict(data);
  return Array.from((Array.isArray(result) ? (result[0] as Tensor) : result).dataSync());
};

class Scale extends Layer<LayerConfig & { readonly by: number }> {
  static override readonly className = 'Scale';
  override call(inputs: Tensor): Tensor {
    return ops.multiply(inputs, this.config.by);
  }
  override computeOutputShape(inputShape: Shapes): Shapes {
    return inputShape;
  }
}

describe('a model that is saved', () => {
  test('comes back as it was: outputs, optimizer, how it was compiled', async () => {
    const model = sequential([
      input({ shape: [2] }),
      dense({ units: 4, activation: 'relu' }),
      batchNormalization(),
      dropout({ rate: 0.2 }),
      dense({ units: 1 }),
    ]);
    const learningRate = exponentialDecay({ initialLearningRate: 0.1, decaySteps: 5, decayRate: 0.5 });
    model.compile({ optimizer: adam({ learningRate }), loss: 'meanSquaredError', metrics: ['mae'] });
    await model.fit(x, y, { epochs: 2, batchSize: 5, verbose: 0 });
    const path = join(folder, 'net.keras');
    await model.save(path);
    const loaded = await loadModel(path);
    expect(await outputs(loaded)).toEqual(await outputs(model));
    const [a, b] = [model, loaded].map((each) =>
      each.optimizer.variables.map(({ value }) => Array.from(value.dataSync())),
    );
    expect(b).toEqual(a);
    expect(await loaded.evaluate(x, y, { verbose: 0 })).toEqual(await model.evaluate(x, y, { verbose: 0 }));
    expect(loaded.optimizer.schedule!.config).toEqual(learningRate.config);
    expect(readdirSync(folder)).toEqual(['net.keras']);
  });

  test('has the same bytes when it is opened and saved again', async () => {
    const tokens = input({ shape: [6], dtype: 'int32' });
    const words = embedding({ inputDim: 9, outputDim: 4 })(tokens);
    const seen = multiHeadAttention({ numHeads: 2, keyDim: 2 })([words, words]);
    const model = functional({ inputs: tokens, outputs: dense({ units: 2 })(lstm({ units: 3 })(seen)) });
    const bytes = await modelToArchive(model);
    expect(await modelToArchive(await loadModel(bytes))).toEqual(bytes);
  });

  test('shared layers, several inputs and outputs, models inside models', async () => {
    const inner = forked();
    const [a, b] = [input({ shape: [2] }), input({ shape: [2] })];
    const shared = dense({ units: 2 });
    const both = inner([shared(a), shared(b)]) as unknown as never[];
    const model = functional({ inputs: { a, b }, outputs: both });
    const loaded = await loadModel(await modelToArchive(model));
    const data = { a: x, b: x };
    const [one, two] = [await model.predict<Tensor[]>(data), await loaded.predict<Tensor[]>(data)];
    expect(two.map((tensor) => Array.from(tensor.dataSync()))).toEqual(
      one.map((tensor) => Array.from(tensor.dataSync())),
    );
    expect(loaded.countParams()).toBe(model.countParams());
  });

  test('with a layer of your own: registered, or handed over', async () => {
    const model = sequential([dense({ units: 2, inputShape: [2] }), new Scale({ by: 3 })]);
    const bytes = await modelToArchive(model);
    await expect(loadModel(bytes)).rejects.toThrow("Unknown layer class: 'Scale'");
    expect(await outputs(await loadModel(bytes, { customObjects: { Scale } }))).toEqual(await outputs(model));
    registerKerasSerializable(Scale, { package: 'tests' });
    const registered = await modelToArchive(model);
    const { registered_name: name } = JSON.parse(
      new TextDecoder().decode(readArchive('a', registered).get('config.json')!),
    ).config.layers[2];
    expect(name).toBe('tests>Scale');
    expect(await outputs(await loadModel(registered))).toEqual(await outputs(model));
  });

  test('a function that files cannot name is refused before anything is written', async () => {
    const path = join(folder, 'net.keras');
    writeFileSync(path, 'what was there');
    const model = sequential([dense({ units: 2, inputShape: [2], activation: (t: Tensor) => ops.square(t) })]);
    await expect(model.save(path)).rejects.toThrow(/cannot be written to a file. Register it/);
    expect(readdirSync(folder)).toEqual(['net.keras']);
    await expect(model.save(join(folder, 'net.json'))).rejects.toThrow(
      "save: `target` must be a name that ends in '.keras', '.h5' or 'model.json'.",
    );
    await expect(sequential([dense({ units: 1 })]).save(path)).rejects.toThrow('has no weights yet');
  });
});

const dir = await goldensDir();
if (!dir) console.warn('configs of layers: skipped, there is no folder of golden values (CAPAS_GOLDENS_DIR)');

describe.skipIf(!dir)('configs of layers', () => {
  const groups = [
    'activation',
    'attention',
    'audio',
    'conv',
    'core',
    'image',
    'merging',
    'normalization',
    'pooling',
    'preprocessing',
    'regularization',
    'reshaping',
    'rnn',
  ];
  test.each(groups)('%s: as Keras writes them', async (name) => {
    const { cases } = await readGoldens(`layers-${name}`, dir!);
    expect(cases.flatMap((golden) => differences(golden as unknown as GoldenLayer))).toEqual([]);
  });
});

interface GoldenLayer {
  readonly id: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Python Keras itself cannot read this config of its own. */
const UNREADABLE: ReadonlySet<string> = new Set(['RandomShear']);

function differences({ id, className, config }: GoldenLayer): string[] {
  if (UNREADABLE.has(className)) return [];
  const layer = revive({ class_name: className, config } as KerasObject);
  const written = serializeLayer(layer).config;
  layer.dispose();
  return compare(written, config, id);
}

/** Objects are the same where their keys and values are; what is built, and numbers of Python objects, do not count. */
function compare(actual: unknown, expected: unknown, path: string): string[] {
  if (Object.is(actual, expected)) return [];
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) {
    return [`${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`];
  }
  const ignored = new Set(['build_config', 'shared_object_id', 'vocabulary_size']);
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)].filter((key) => !ignored.has(key)));
  const [a, e] = [actual as Record<string, unknown>, expected as Record<string, unknown>];
  return [...keys].flatMap((key) =>
    key in a === key in e ? compare(a[key], e[key], `${path}.${key}`) : [`${path}.${key} is in one only`],
  );
}
