import { FileFormatError, ready } from '@capas/core';
import type { Model } from '../models/model.ts';
import { type Archive, isArchive, readArchive } from './archive.ts';
import { loadAssets } from './assets.ts';
import { compileOptions } from './compile-config.ts';
import type { CustomObjects } from './custom-objects.ts';
import { isH5 } from './h5/read-h5.ts';
import { optimizerFromLegacyH5, readLegacyConfig, weightsFromLegacyH5 } from './legacy-h5.ts';
import { quantizeAsStored } from './quantize-as-stored.ts';
import { type KerasObject, reviveModel } from './revive.ts';
import { parseJson } from './safe-json.ts';
import { openedFrom } from './saved-at.ts';
import { type FileSource, readSource } from './source.ts';
import { isTfjs, loadTfjs } from './tfjs/load-tfjs.ts';
import { weightsFromH5 } from './weights-file.ts';

/** Options of {@link loadModel}. */
export interface LoadModelOptions {
  /** Classes and functions of your own by the names under which they stand in the file. */
  readonly customObjects?: CustomObjects;
  /** Whether the model is compiled as it was when it was saved, with the state of its optimizer. @defaultValue `true` */
  readonly compile?: boolean;
  /**
   * As in Keras, where it keeps code in a file from being run. Here no code of a file is run either way: `false` changes nothing,
   * and a `Lambda` needs a function of yours in `customObjects`, under the name of the layer.
   *
   * @defaultValue `true`
   */
  readonly safeMode?: boolean;
}

/**
 * Opens a model that Keras (in Python, or this library) or tfjs has saved.
 *
 * @param source a path in Node, a URL, the bytes, a `Blob` or `File`, or a list of all files of a model of tfjs
 * @throws FileFormatError for a file that is no model, or a damaged one; UnknownNameError for classes that are not known here
 * @see Keras 3, `keras/src/saving/saving_api.py`
 * @example
 * const model = await loadModel('model.keras');
 */
export async function loadModel(source: FileSource, options: LoadModelOptions = {}): Promise<Model> {
  const { name, bytes, beside } = await readSource('loadModel', source);
  await ready();
  if (isArchive(bytes)) return await describing(name, () => fromArchive(name, readArchive(name, bytes), options));
  if (isH5(bytes)) return await describing(name, () => fromLegacyH5(name, bytes, options));
  const json = isJson(bytes) ? parseJson(name, bytes) : {};
  if (isTfjs(json)) return await describing(name, () => loadTfjs(name, bytes, beside, options));
  if (json.class_name !== undefined)
    throw new FileFormatError(name, 'it has the config of a model and no weights: `modelFromJSON(text)`.');
  if (isSafetensors(bytes))
    throw new FileFormatError(name, 'it has weights and no model. Make the model, then `model.loadWeights(source)`.');
  throw new FileFormatError(
    name,
    'this is no model file of Keras: neither a .keras archive nor an HDF5 file, nor the model.json of tfjs.',
  );
}

/** What is wrong in a config is found where a model is made of it: then it is the file that is to blame. */
export async function describing<T>(name: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    if (!(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
    throw new FileFormatError(name, `it describes no model that can be made (${cause.message}).`, { cause });
  }
}

/** Files of Keras 4 may mean other things by the same words. */
function requireKeras3(name: string, { keras_version: version }: Readonly<Record<string, unknown>>): void {
  const [major = ''] = typeof version === 'string' ? version.split('.') : [];
  if (Number(major) > 3) {
    throw new FileFormatError(
      name,
      `it was written by Keras ${version}, and files of Keras 3 are what is read here. Save it with Keras 3.`,
    );
  }
}

/** Whether a text begins like an object. */
const isJson = (bytes: Uint8Array): boolean => /^\s*\{/.test(new TextDecoder().decode(bytes.subarray(0, 64)));

/** A length of eight bytes, then JSON. */
const isSafetensors = (bytes: Uint8Array): boolean => bytes[7] === 0 && isJson(bytes.subarray(8, 72));

async function fromLegacyH5(name: string, bytes: Uint8Array, options: LoadModelOptions): Promise<Model> {
  const { customObjects = {}, compile = true } = options;
  const config = await readLegacyConfig(name, bytes);
  const model = reviveModel(config.model, customObjects);
  try {
    await weightsFromLegacyH5(model, name, bytes);
    if (compile && config.training) {
      const { optimizer_config: optimizer, ...training } = config.training;
      model.compile(compileOptions({ optimizer, ...training }, customObjects));
      await optimizerFromLegacyH5(model, name, bytes);
    }
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

async function fromArchive(name: string, files: Archive, options: LoadModelOptions): Promise<Model> {
  const { customObjects = {}, compile = true } = options;
  const config = configOf(name, files);
  const model = reviveModel(config, customObjects);
  try {
    const compiled = (config.compile_config ?? {}) as Readonly<Record<string, unknown>>;
    if (compile && Object.keys(compiled).length > 0) model.compile(compileOptions(compiled, customObjects));
    await stateFromArchive(model, name, files);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/** The description of what an archive holds. */
export function configOf(name: string, files: Archive): KerasObject & Readonly<Record<string, unknown>> {
  requireKeras3(name, metadataOf(name, files));
  return parseJson(`${name}: config.json`, entryOf(name, files, 'config.json')) as ReturnType<typeof configOf>;
}

/** Gives what was made of the config of an archive its vocabularies and weights. */
export async function stateFromArchive(model: Model, name: string, files: Archive): Promise<void> {
  loadAssets(model, files);
  const weights = entryOf(name, files, 'model.weights.h5');
  await weightsFromH5(model, `${name}: model.weights.h5`, weights, {}, (root) => quantizeAsStored(model, root));
  const { date_saved: date = '' } = metadataOf(name, files);
  if (typeof date === 'string') await openedFrom(model, [entryOf(name, files, 'config.json'), weights], date);
}

function metadataOf(name: string, files: Archive): Readonly<Record<string, unknown>> {
  const bytes = files.get('metadata.json');
  return bytes ? parseJson(`${name}: metadata.json`, bytes) : {};
}

function entryOf(name: string, files: Archive, entry: string): Uint8Array {
  const content = files.get(entry);
  if (!content) throw new FileFormatError(name, `the archive has no ${entry}, so it is no model of Keras.`);
  return content;
}
