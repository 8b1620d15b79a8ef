import { ArgumentError, FileFormatError, ready } from '@capas/core';
import type { Layer } from '../layer.ts';
import { FeatureSpace } from '../layers/preprocessing/feature-space.ts';
import type { Model } from '../models/model.ts';
import { isArchive, readArchive } from './archive.ts';
import type { CustomObjects } from './custom-objects.ts';
import { configOf, describing, stateFromArchive } from './load-model.ts';
import { revive } from './revive.ts';
import { toArchive } from './save-model.ts';
import { serializeThing } from './serialize.ts';
import { type FileSource, readSource } from './source.ts';
import { type FileTarget, nameOf, writeTarget } from './target.ts';

/**
 * Writes a space with all that it has learnt as a `.keras` file, which Python Keras opens by `keras.models.load_model`.
 *
 * @param target a path in Node, `indexeddb://name` or `downloads://name` in the browser, or an object with `write(bytes)`
 * @throws StateError before the space has learnt from data
 * @see Keras 3, `FeatureSpace.save`
 */
export async function saveFeatureSpace(space: FeatureSpace, target: FileTarget): Promise<void> {
  space.requireAdapted();
  const name = nameOf(target);
  if (/\.\w+$/.test(name) && !name.endsWith('.keras'))
    throw new ArgumentError('saveFeatureSpace', 'target', "a name that ends in '.keras'", name);
  // columns are `[batch, 1]`
  const built = Object.entries(space.preprocessors).map(([feature, { buildShape }]) => [
    feature,
    buildShape ? { input_shape: [null, 1] } : {},
  ]);
  const config = { ...serializeThing(space), build_config: Object.fromEntries(built) };
  await writeTarget('saveFeatureSpace', target, await toArchive(space as unknown as Model, config), 'features.keras');
}

/**
 * Opens a space that was saved, here or in Python.
 *
 * @param source a path in Node, a URL, the bytes, a `Blob` or `File`
 * @param customObjects layers of your own by the names under which they stand in the file
 * @throws FileFormatError for a file that holds something else, or a damaged one
 */
export async function loadFeatureSpace(source: FileSource, customObjects: CustomObjects = {}): Promise<FeatureSpace> {
  const { name, bytes } = await readSource('loadFeatureSpace', source);
  await ready();
  if (!isArchive(bytes)) throw new FileFormatError(name, 'this is no .keras file.');
  const files = readArchive(name, bytes);
  return await describing(name, async () => {
    const config = configOf(name, files);
    if (config.class_name !== FeatureSpace.className)
      throw new FileFormatError(name, `it holds a ${config.class_name}, and no FeatureSpace: \`loadModel(source)\`.`);
    const space: Layer = revive(config, customObjects);
    await stateFromArchive(space as unknown as Model, name, files);
    return space as unknown as FeatureSpace;
  });
}
