import { ArgumentError, FileFormatError, ready } from '@capas/core';
import type { Model } from '../models/model.ts';
import { isArchive, readArchive } from './archive.ts';
import { type H5Reader, readH5 } from './h5/read-h5.ts';
import { weightsFromLegacyH5 } from './legacy-h5.ts';
import { type FileSource, readSource } from './source.ts';
import { type FileTarget, nameOf, writeTarget } from './target.ts';
import { type LoadWeightsOptions, weightsFromH5, weightsToH5 } from './weights-file.ts';

/** Writes the weights of a model. See `Model.saveWeights`. */
export async function saveWeights(model: Model, target: FileTarget): Promise<void> {
  const name = nameOf(target);
  if (name !== '' && !name.endsWith('.weights.h5'))
    throw new ArgumentError('saveWeights', 'target', "a name that ends in '.weights.h5'", name);
  await ready();
  await writeTarget('saveWeights', target, await weightsToH5(model));
}

/** Sets the weights of a model from a file. See `Model.loadWeights`. */
export async function loadWeights(model: Model, source: FileSource, options: LoadWeightsOptions): Promise<void> {
  const { name, bytes } = await readSource('loadWeights', source);
  await ready();
  const file = isArchive(bytes) ? readArchive(name, bytes).get('model.weights.h5') : bytes;
  if (!file) throw new FileFormatError(name, 'the archive has no model.weights.h5, so it is no model of Keras.');
  const isLegacy = await readH5(name, file, (root) => root.group('model_weights') !== undefined || hasLayerNames(root));
  if (isLegacy) await weightsFromLegacyH5(model, name, file, options);
  else await weightsFromH5(model, name, file, options);
}

const hasLayerNames = (root: H5Reader): boolean =>
  root.attribute('layer_names') !== undefined || root.attribute('layer_names0') !== undefined;
