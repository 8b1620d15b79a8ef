import { ArgumentError, FileFormatError, ready } from '@capas/core';
import type { Model } from '../models/model.ts';
import { isArchive, readArchive } from './archive.ts';
import { type H5Reader, isH5, readH5 } from './h5/read-h5.ts';
import { weightsFromLegacyH5 } from './legacy-h5.ts';
import { weightsFromSafetensors, weightsToSafetensors } from './safetensors-weights.ts';
import { type FileSource, readSource } from './source.ts';
import { type FileTarget, nameOf, writeTarget } from './target.ts';
import { type LoadWeightsOptions, weightsFromH5, weightsToH5 } from './weights-file.ts';

/** Options of `Model.saveWeights`. */
export interface SaveWeightsOptions {
  /** @defaultValue what the name of the target says: `.weights.h5`, `.safetensors`; `'h5'` where it has no ending or no name */
  readonly format?: 'h5' | 'safetensors';
  /** How floats are stored in a safetensors file. @defaultValue `'float32'` */
  readonly dtype?: 'float32' | 'float16' | 'bfloat16';
}

/** Writes the weights of a model. See `Model.saveWeights`. */
export async function saveWeights(model: Model, target: FileTarget, options: SaveWeightsOptions = {}): Promise<void> {
  const { format = formatOf(target), dtype = 'float32' } = options;
  if (format !== 'h5' && format !== 'safetensors')
    throw new ArgumentError('saveWeights', 'format', "'h5' or 'safetensors'", format);
  if (format === 'h5' && dtype !== 'float32')
    throw new ArgumentError('saveWeights', 'dtype', "'float32' in an HDF5 file", dtype);
  await ready();
  if (format === 'h5') await writeTarget('saveWeights', target, await weightsToH5(model), 'model.weights.h5');
  else await writeTarget('saveWeights', target, await weightsToSafetensors(model, dtype), 'model.safetensors');
}

function formatOf(target: FileTarget): 'h5' | 'safetensors' {
  const name = nameOf(target);
  if (name.endsWith('.safetensors')) return 'safetensors';
  const isUnnamed = name === '' || (/^(indexeddb|downloads):/.test(name) && !/\.\w+$/.test(name));
  if (isUnnamed || name.endsWith('.weights.h5')) return 'h5';
  throw new ArgumentError('saveWeights', 'target', "a name that ends in '.weights.h5' or '.safetensors'", name);
}

/** Sets the weights of a model from a file. See `Model.loadWeights`. */
export async function loadWeights(model: Model, source: FileSource, options: LoadWeightsOptions): Promise<void> {
  const { name, bytes } = await readSource('loadWeights', source);
  await ready();
  if (!isArchive(bytes) && !isH5(bytes) && bytes[8] === BRACE)
    return await weightsFromSafetensors(model, name, bytes, options);
  const file = isArchive(bytes) ? readArchive(name, bytes).get('model.weights.h5') : bytes;
  if (!file) throw new FileFormatError(name, 'the archive has no model.weights.h5, so it is no model of Keras.');
  const isLegacy = await readH5(name, file, (root) => root.group('model_weights') !== undefined || hasLayerNames(root));
  if (isLegacy) await weightsFromLegacyH5(model, name, file, options);
  else await weightsFromH5(model, name, file, options);
}

/** A safetensors file has its header behind the length of it, and the header is an object. */
const BRACE = 0x7b;

const hasLayerNames = (root: H5Reader): boolean =>
  root.attribute('layer_names') !== undefined || root.attribute('layer_names0') !== undefined;
