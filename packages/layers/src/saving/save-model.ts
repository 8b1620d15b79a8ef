import { ArgumentError, ready, StateError } from '@capas/core';
import type { Layer } from '../layer.ts';
import type { Model } from '../models/model.ts';
import { writeArchive } from './archive.ts';
import { assetsOf } from './assets.ts';
import { compileConfigOf } from './compile-config.ts';
import { serializeLayer } from './model-config.ts';
import { savedAt } from './saved-at.ts';
import { type FileTarget, nameOf, writeTarget } from './target.ts';
import { weightsToH5 } from './weights-file.ts';

/** The version of Keras whose format is written. */
const KERAS_VERSION = '3.15.1';

/** Writes a model. See `Model.save`. */
export async function saveModel(model: Model, target: FileTarget): Promise<void> {
  const name = nameOf(target);
  if (name !== '' && !name.endsWith('.keras'))
    throw new ArgumentError('save', 'target', "a name that ends in '.keras'", name);
  await writeTarget('save', target, await modelToArchive(model));
}

/** A model as the bytes of a `.keras` file. */
export async function modelToArchive(model: Model): Promise<Uint8Array> {
  if (!model.built) {
    throw new StateError(
      `save: model '${model.name}' has no weights yet: give it an input shape, or call it on data first.`,
    );
  }
  await ready();
  const weights = await weightsToH5(model);
  const config = encode(modelConfig(model));
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

/** Everything about a model but its weights, as Keras writes it: also what `toJSON` returns as text. */
export const modelConfig = (model: Model): object => ({
  ...serializeLayer(model as unknown as Layer),
  ...(model.isCompiled && { compile_config: compileConfigOf(model.compilation) }),
});

const encode = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
