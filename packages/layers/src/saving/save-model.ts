import { ArgumentError, ready, StateError } from '@capas/core';
import type { Layer } from '../layer.ts';
import type { Model } from '../models/model.ts';
import { writeArchive } from './archive.ts';
import { assetsOf } from './assets.ts';
import { compileConfigOf } from './compile-config.ts';
import { modelToLegacyH5 } from './legacy-h5.ts';
import { serializeLayer } from './model-config.ts';
import { savedAt } from './saved-at.ts';
import { type FileTarget, nameOf, writeTarget, writeTargets } from './target.ts';
import { modelToTfjs } from './tfjs/write-tfjs.ts';
import { weightsToH5 } from './weights-file.ts';

/** The version of Keras whose format is written. */
const KERAS_VERSION = '3.15.1';

/** How a model is written: `.keras`, the HDF5 of Keras 2, or the files of tfjs. */
export type ModelFormat = 'keras' | 'h5' | 'tfjs';

/** Options of `Model.save`. */
export interface SaveOptions {
  /** @defaultValue what the name of the target says: `.keras`, `.h5`, `.json` for tfjs; `'keras'` where it has no ending or no name */
  readonly format?: ModelFormat;
}

/** Writes a model. See `Model.save`. */
export async function saveModel(model: Model, target: FileTarget, options: SaveOptions = {}): Promise<void> {
  const format = options.format ?? formatOf(target);
  if (!FORMATS.includes(format)) throw new ArgumentError('save', 'format', `one of '${FORMATS.join("', '")}'`, format);
  requireBuilt('save', model);
  if (format === 'tfjs') await writeTargets('save', target, await modelToTfjs(model));
  else if (format === 'h5') await writeTarget('save', target, await legacyBytes(model), 'model.h5');
  else await writeTarget('save', target, await modelToArchive(model), 'model.keras');
}

const FORMATS: readonly ModelFormat[] = ['keras', 'h5', 'tfjs'];

function formatOf(target: FileTarget): ModelFormat {
  const name = nameOf(target);
  if (/\.h(df)?5$/.test(name) && !name.endsWith('.weights.h5')) return 'h5';
  if (/(^|[/\\])model\.json$/.test(name)) return 'tfjs';
  const isUnnamed = name === '' || (/^(indexeddb|downloads):/.test(name) && !/\.\w+$/.test(name));
  if (isUnnamed || name.endsWith('.keras')) return 'keras';
  const hint = name.endsWith('.onnx') ? '`export` writes what a model computes as ONNX.' : '';
  throw new ArgumentError('save', 'target', "a name that ends in '.keras', '.h5' or 'model.json'", name, hint);
}

async function legacyBytes(model: Model): Promise<Uint8Array> {
  if (!model.savedLayers)
    throw new StateError(`save: model '${model.name}' has no list of layers, which .h5 files need. Save it as .keras.`);
  await ready();
  return await modelToLegacyH5(model);
}

/** A model as the bytes of a `.keras` file. */
export async function modelToArchive(model: Model): Promise<Uint8Array> {
  requireBuilt('save', model);
  return await toArchive(model, modelConfig(model));
}

/** What has weights and is described by this config as the bytes of a `.keras` file. */
export async function toArchive(model: Model, described: object): Promise<Uint8Array> {
  await ready();
  const weights = await weightsToH5(model);
  const config = encode(described);
  const date = await savedAt(model, [config, weights]);
  return writeArchive(
    new Map([
      ['metadata.json', encode({ keras_version: KERAS_VERSION, date_saved: date })],
      ['config.json', config],
      ['model.weights.h5', weights],
      ...assetsOf(model),
    ]),
  );
}

/** Throws unless a model has its weights. */
export function requireBuilt(who: string, model: Model): void {
  if (model.built) return;
  throw new StateError(
    `${who}: model '${model.name}' has no weights yet: give it an input shape, or call it on data first.`,
  );
}

/** Everything about a model but its weights, as Keras writes it: also what `toJSON` returns as text. */
export const modelConfig = (model: Model): object => ({
  ...serializeLayer(model as unknown as Layer),
  ...(model.isCompiled && { compile_config: compileConfigOf(model.compilation) }),
});

const encode = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
