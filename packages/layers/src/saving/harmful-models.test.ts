import { cpu } from '@capas/backend-cpu';
import { CapasError, memory, UnknownNameError, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { dense } from '../layers/index.ts';
import { sequential } from '../models/sequential.ts';
import { readArchive, writeArchive } from './archive.ts';
import { loadModel } from './load-model.ts';
import { modelToArchive } from './save-model.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

/** An archive of a small model whose config or metadata was changed. */
async function changed(change: (config: string) => string, name = 'config.json'): Promise<Uint8Array> {
  const model = sequential([dense({ units: 2, inputShape: [2], name: 'd' })]);
  model.compile({ optimizer: 'adam', loss: 'mse' });
  const files = new Map(readArchive('a', await modelToArchive(model)));
  const text = new TextDecoder().decode(files.get(name)!);
  expect(change(text)).not.toBe(text);
  return writeArchive(files.set(name, new TextEncoder().encode(change(text))));
}

describe('a model from strangers', () => {
  test('with a Lambda is refused', async () => {
    const bytes = await changed((config) => config.replace('"class_name":"Dense"', '"class_name":"Lambda"'));
    await expect(loadModel(bytes)).rejects.toThrow(/Lambda layer 'd', which is never run here/);
  });

  test.each(['Evil', 'constructor', '__proto__', 'toString', 'layers', 'dense'])(
    'with a layer of the class %s is refused',
    async (name) => {
      const bytes = await changed((config) => config.replace('"class_name":"Dense"', `"class_name":"${name}"`));
      await expect(loadModel(bytes)).rejects.toThrow(UnknownNameError);
    },
  );

  test.each(['constructor', '__proto__', 'hasOwnProperty'])(
    'with an optimizer, loss, initializer or activation named %s is refused',
    async (name) => {
      for (const from of ['"class_name":"Adam"', '"loss":"mse"', '"class_name":"Zeros"', '"activation":"linear"']) {
        const to = from.replace(/"[a-z]*"$/i, `"${name}"`);
        await expect(loadModel(await changed((config) => config.replaceAll(from, to)))).rejects.toThrow(CapasError);
      }
    },
  );

  test('that claims to be larger than memory is refused before any is taken', async () => {
    const before = memory().bytes;
    const bytes = await changed((config) => config.replaceAll('"units":2', '"units":2000000000'));
    await expect(loadModel(bytes)).rejects.toThrow(/does not fit the weights in the file: model.weights.h5/);
    expect(memory().bytes - before).toBeLessThan(10_000);
  });

  test.each([['{"keras_version":"4.0.0"}'], ['{"keras_version":"12.1.3"}']])(
    'of a later format says so: %s',
    async (metadata) => {
      const bytes = await changed(() => metadata, 'metadata.json');
      await expect(loadModel(bytes)).rejects.toThrow(
        /^the file: it was written by Keras \d+\.\d\.\d, and files of Keras 3 are what is read here\. Save it with Keras 3\.$/,
      );
    },
  );

  test.each([
    ['config.json', '[]'],
    ['config.json', '{}'],
    ['config.json', '{"class_name":"Sequential","config":{}}'],
    ['config.json', '{"class_name":"Functional","config":{"layers":[{"class_name":"Dense"}]}}'],
    ['config.json', '{"class_name":"Dense","config":{"units":2}}'],
  ])('%s with %s is an error of ours', async (name, text) => {
    await expect(loadModel(await changed(() => text, name))).rejects.toThrow(CapasError);
  });
});
