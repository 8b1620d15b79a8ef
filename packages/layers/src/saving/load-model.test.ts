import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dense } from '../layers/index.ts';
import { sequential } from '../models/sequential.ts';
import { x } from '../testing/small-models.ts';
import { writeArchive } from './archive.ts';
import { loadModel } from './load-model.ts';
import { weightsToH5 } from './weights-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'capas-load-'));
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const json = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** A model of one dense layer, `archive` as Keras writes it, without what is among `without`. */
async function archive(without: readonly string[] = []): Promise<{ outputs: number[]; bytes: Uint8Array }> {
  const model = sequential([dense({ units: 2, inputShape: [2] })]);
  const outputs = Array.from((await model.predict(x)).dataSync());
  const config = {
    class_name: 'Sequential',
    config: {
      name: 'small',
      layers: [
        { class_name: 'InputLayer', config: { batch_shape: [null, 2], dtype: 'float32', name: 'input' } },
        { class_name: 'Dense', config: { name: 'dense', units: 2, activation: 'linear' } },
      ],
    },
  };
  const files = {
    'metadata.json': json({ keras_version: '3.15.1' }),
    'config.json': json(config),
    'model.weights.h5': await weightsToH5(model),
  };
  const kept = Object.entries(files).filter(([name]) => !without.includes(name));
  return { outputs, bytes: writeArchive(new Map(kept)) };
}

describe('loadModel', () => {
  test('opens an archive from its bytes, a Blob, a path and a reader', async () => {
    const { outputs, bytes } = await archive();
    const path = join(folder, 'small.keras');
    await (await import('node:fs/promises')).writeFile(path, bytes);
    for (const source of [
      bytes,
      new Blob([bytes as BlobPart]),
      path,
      new URL(`file://${path}`),
      { read: async () => bytes },
    ]) {
      using model = await loadModel(source);
      expect(Array.from((await model.predict(x)).dataSync())).toEqual(outputs);
    }
  });

  test.each([
    ['config.json', 'the file: the archive has no config.json, so it is no model of Keras.'],
    ['model.weights.h5', 'the file: the archive has no model.weights.h5, so it is no model of Keras.'],
  ])('an archive without %s is refused', async (missing, message) => {
    const { bytes } = await archive([missing]);
    await expect(loadModel(bytes)).rejects.toThrow(message);
  });

  test('a file that is no model, and one that is not there', async () => {
    await expect(loadModel(json({}))).rejects.toThrow('the file: this is no model file of Keras');
    await expect(loadModel(join(folder, 'none.keras'))).rejects.toThrow(
      /^loadModel: cannot read '.*none.keras': ENOENT/,
    );
    await expect(loadModel(3 as never)).rejects.toThrow(
      'loadModel: `source` must be a path, URL, bytes, a Blob or an object',
    );
  });

  test('weights go to a file and come back', async () => {
    const [from, to] = [
      sequential([dense({ units: 2, inputShape: [2] })]),
      sequential([dense({ units: 2, inputShape: [2] })]),
    ];
    const path = join(folder, 'w.weights.h5');
    await from.saveWeights(path);
    await to.loadWeights(path);
    expect(to.getWeights().map((w) => Array.from(w.dataSync()))).toEqual(
      from.getWeights().map((w) => Array.from(w.dataSync())),
    );
    await expect(from.saveWeights(join(folder, 'w.h5'))).rejects.toThrow(
      "saveWeights: `target` must be a name that ends in '.weights.h5' or '.safetensors'.",
    );
    await expect(from.saveWeights(join(folder, 'no/w.weights.h5'))).rejects.toThrow(
      /^saveWeights: cannot write .*ENOENT/,
    );
  });
});
