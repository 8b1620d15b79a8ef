import { cpu } from '@capas/backend-cpu';
import { FileFormatError, ops, StateError, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { dense } from '../layers/core/dense.ts';
import { FeatureSpace } from '../layers/preprocessing/feature-space.ts';
import { sequential } from '../models/sequential.ts';
import { readArchive } from './archive.ts';
import { loadFeatureSpace, saveFeatureSpace } from './feature-space-file.ts';
import { loadModel } from './load-model.ts';
import type { FileTarget } from './target.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const table = { floorArea: [1, 2, 3], city: ['a', 'b', 'a'], rooms: [1, 2, 1], price: [1, 5, 9] };

const newSpace = () =>
  new FeatureSpace({
    features: {
      floorArea: FeatureSpace.floatNormalized(),
      city: FeatureSpace.stringCategorical({ maxTokens: 5 }),
      rooms: FeatureSpace.integerCategorical(),
      price: FeatureSpace.floatDiscretized({ numBins: 3 }),
    },
    crosses: [['city', 'rooms']],
    crossingDim: 8,
  });

const rowsOf = (space: FeatureSpace): unknown =>
  scope(() => ops.convertToNumpy(space.apply(table) as Tensor).toArray());

/** What is written to a target. */
async function written(save: (target: FileTarget) => Promise<void>): Promise<Uint8Array> {
  let found = new Uint8Array();
  await save({
    write: async (bytes) => {
      found = new Uint8Array(bytes);
    },
  });
  return found;
}

const bytesOf = (space: FeatureSpace): Promise<Uint8Array> => written((target) => saveFeatureSpace(space, target));

describe('files of FeatureSpace', () => {
  test('hold all that was learnt: moments, vocabularies, bins', async () => {
    const space = newSpace();
    await space.adapt(table);
    const bytes = await bytesOf(space);
    const again = await loadFeatureSpace(bytes);
    // all but the weights, beside which the names of layers stand
    const entries = (file: Uint8Array) =>
      [...readArchive('features.keras', file)].filter(([name]) => /^(config|assets)/.test(name));
    expect(entries(await bytesOf(again))).toEqual(entries(bytes));
    expect(rowsOf(again)).toEqual(rowsOf(space));
    for (const each of [space, again]) each.dispose();
  });

  test('are as Keras writes them', async () => {
    const space = newSpace();
    await space.adapt(table);
    const files = readArchive('features.keras', await bytesOf(space));
    expect([...files.keys()].sort()).toEqual([
      'assets/preprocessors/integer_lookup/vocabulary.txt',
      'assets/preprocessors/string_lookup/vocabulary.txt',
      'config.json',
      'metadata.json',
      'model.weights.h5',
    ]);
    const config = JSON.parse(new TextDecoder().decode(files.get('config.json')));
    expect(config).toMatchObject({ module: 'keras.utils', class_name: 'FeatureSpace' });
    expect(Object.keys(config.config).sort()).toEqual(
      ['crosses', 'crossing_dim', 'features', 'hashing_dim', 'num_discretization_bins', 'output_mode'].sort(),
    );
    expect(config.config.features.floorArea.config.preprocessor.class_name).toBe('Normalization');
    expect(config.config.crosses[0].config).toEqual({
      feature_names: ['city', 'rooms'],
      crossing_dim: 8,
      output_mode: 'one_hot',
    });
    expect(config.build_config).toEqual({
      floorArea: { input_shape: [null, 1] },
      city: {},
      rooms: {},
      price: {},
    });
    space.dispose();
  });

  test('are not written before the space has learnt, nor under the name of another format', async () => {
    const space = newSpace();
    await expect(saveFeatureSpace(space, 'space.keras')).rejects.toThrow(StateError);
    await space.adapt(table);
    await expect(saveFeatureSpace(space, 'space.h5')).rejects.toThrow("a name that ends in '.keras'");
    space.dispose();
  });

  test('are told from those of models', async () => {
    const space = newSpace();
    await space.adapt(table);
    await expect(loadModel(await bytesOf(space))).rejects.toThrow('Open it by `loadFeatureSpace(source)`.');
    const model = sequential([dense({ units: 1, inputShape: [2] })]);
    const file = await written((target) => model.save(target));
    await expect(loadFeatureSpace(file)).rejects.toThrow('it holds a Sequential, and no FeatureSpace');
    await expect(loadFeatureSpace(Uint8Array.of(1, 2, 3))).rejects.toThrow(FileFormatError);
    for (const each of [space, model]) each.dispose();
  });
});
