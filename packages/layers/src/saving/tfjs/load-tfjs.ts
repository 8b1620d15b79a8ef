import { FileFormatError, ready, sameShape, showShape } from '@capas/core';
import type { Model } from '../../models/model.ts';
import { compileOptions } from '../compile-config.ts';
import { assignHostArray } from '../host-values.ts';
import type { LoadModelOptions } from '../load-model.ts';
import { reviveModel } from '../revive.ts';
import { parseJson } from '../safe-json.ts';
import { WeightsMismatchError } from '../weights-mismatch.ts';
import { leafLayers } from './leaf-layers.ts';
import { readTfjsConfig } from './read-tfjs-config.ts';
import { decodeTfjsWeights, type NamedArray, type TfjsWeightGroup } from './tfjs-manifest.ts';
import { tfjsCompileConfig } from './tfjs-training.ts';

/**
 * Opens a layers model of tfjs: `model.json`, and the files of weights beside it. The optimizer starts anew.
 *
 * @param readFile the bytes of a file beside `model.json`
 * @see tfjs, `tfjs-layers/src/models.ts` and `tfjs-core/src/io`
 */
export async function loadTfjs(
  source: string,
  json: Uint8Array,
  readFile: (path: string) => Promise<Uint8Array>,
  { customObjects = {}, compile = true }: LoadModelOptions,
): Promise<Model> {
  const { modelTopology: topology, weightsManifest: groups, trainingConfig, format } = parseJson(source, json);
  if (format === 'graph-model') {
    throw new FileFormatError(
      source,
      'this is a graph model of tfjs: operations of TensorFlow and no layers, which cannot be trained or opened here. Convert the Keras model that it was made from.',
    );
  }
  if (!isRecord(topology))
    throw new FileFormatError(source, 'it has no `modelTopology`, so it is no layers model of tfjs.');
  const arrays = await readWeights(source, groups, readFile);
  await ready();
  const model = reviveModel(readTfjsConfig(topology), customObjects);
  try {
    assignWeights(model, source, arrays);
    const training = (trainingConfig ?? topology.training_config) as Readonly<Record<string, unknown>> | undefined;
    const config = compile && training ? tfjsCompileConfig(training) : undefined;
    if (config) model.compile(compileOptions(config, customObjects));
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/** Whether a JSON text is of a model of tfjs, by what it has in it. */
export const isTfjs = (json: Readonly<Record<string, unknown>>): boolean =>
  json.modelTopology !== undefined || json.weightsManifest !== undefined;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function readWeights(
  source: string,
  groups: unknown,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<readonly NamedArray[]> {
  if (!Array.isArray(groups)) throw new FileFormatError(source, 'it has no `weightsManifest`, so it has no weights.');
  const read = groups.map(async (group: TfjsWeightGroup) => {
    if (!Array.isArray(group?.paths) || !Array.isArray(group.weights) || !group.paths.every(isPlainPath))
      throw new FileFormatError(source, 'its `weightsManifest` does not list files beside it, and weights.');
    const parts = await Promise.all(group.paths.map(readFile));
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return decodeTfjsWeights(source, group, bytes);
  });
  return (await Promise.all(read)).flat();
}

/** A file in the same folder or below it: what a file of strangers may make us read. */
const isPlainPath = (path: unknown): boolean =>
  typeof path === 'string' && !/^([/\\]|[a-z]+:)/i.test(path) && !path.split(/[/\\]/).includes('..');

/** Layers get their weights by the names of the layers; within a layer the order is the same on both sides. */
function assignWeights(model: Model, source: string, arrays: readonly NamedArray[]): void {
  const pairs = leafLayers(model).flatMap((layer) => {
    const own = arrays.filter(({ name }) => name.split('/').slice(0, -1).includes(layer.name));
    const weights = [...layer.trainableWeights, ...layer.nonTrainableWeights];
    if (own.length !== weights.length)
      throw mismatch(model, source, `'${layer.name}' has ${weights.length} weights. The file has ${own.length}.`);
    return weights.map((weight, i) => ({ weight, layer, array: own[i]!.array }));
  });
  for (const { weight, layer, array } of pairs) {
    if (sameShape(weight.shape, array.shape)) continue;
    const shapes = `${weight.name} has the shape ${showShape(weight.shape)}. The file has ${showShape(array.shape)}`;
    throw mismatch(model, source, `'${layer.name}': ${shapes}.`);
  }
  for (const { weight, array } of pairs) assignHostArray(weight, array);
}

const mismatch = (model: Model, source: string, problem: string): WeightsMismatchError =>
  new WeightsMismatchError(`Model '${model.name}' does not fit the weights in ${source}.\n  ${problem}`);
