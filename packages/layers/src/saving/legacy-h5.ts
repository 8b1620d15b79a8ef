import { FileFormatError, noticeOnce, sameShape, type Variable } from '@capas/core';
import type { Layer } from '../layer.ts';
import type { Model } from '../models/model.ts';
import { compileConfigOf } from './compile-config.ts';
import { type H5Array, type H5Reader, readH5 } from './h5/read-h5.ts';
import { type H5Writer, writeH5 } from './h5/write-h5.ts';
import { modernConfig } from './keras2-config.ts';
import { serializeLayer } from './model-config.ts';
import type { KerasObject } from './revive.ts';
import { parseJson } from './safe-json.ts';
import { assignValue, storedValue } from './weight-values.ts';
import type { LoadWeightsOptions } from './weights-file.ts';
import { weightsMismatch, wrongShape } from './weights-mismatch.ts';

/** What a legacy file says of a model, as Keras 3 writes it. */
export interface LegacyConfig {
  readonly model: KerasObject;
  /** What it was compiled with. */
  readonly training: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads the configs in a file of the HDF5 format of Keras 2 and tf.keras (`.h5`), which Keras 3 writes too.
 *
 * @throws FileFormatError where the file has weights alone
 * @see Keras 3, `keras/src/legacy/saving/legacy_h5_format.py`
 */
export async function readLegacyConfig(source: string, bytes: Uint8Array): Promise<LegacyConfig> {
  const [model, training] = await readH5(source, bytes, (root) =>
    ['model_config', 'training_config'].map((name) => {
      const value = root.attribute(name);
      return typeof value === 'string' ? parseJson(`${source}: ${name}`, value) : undefined;
    }),
  );
  if (!model) {
    throw new FileFormatError(source, 'it has weights and no model. Make the model, then `model.loadWeights(source)`.');
  }
  return { model: modernConfig(model) as unknown as KerasObject, training };
}

/**
 * Sets weights from a legacy file: in the order of the layers that have weights, or by the names of the layers.
 *
 * @throws WeightsMismatchError with what does not fit, before anything is changed
 */
export async function weightsFromLegacyH5(
  model: Model,
  source: string,
  bytes: Uint8Array,
  { byName = false, skipMismatch = false }: LoadWeightsOptions = {},
): Promise<void> {
  const stored = await readH5(source, bytes, (root) => readLayers(source, root.group('model_weights') ?? root));
  const layers = model.layers.filter(({ weights }) => weights.length > 0);
  const pairs = byName
    ? layers.flatMap((layer) => {
        const found = stored.find(({ name }) => name === layer.name);
        return found ? [{ layer, found }] : [];
      })
    : layers.map((layer, i) => ({ layer, found: stored[i] }));
  const problems: string[] = [];
  if (!byName && layers.length !== stored.length) {
    problems.push(`The model has ${layers.length} layers with weights. The file has ${stored.length}.`);
  }
  const fitting = pairs.flatMap(({ layer, found }) => {
    if (!found) return [];
    const variables = savedOrder(layer);
    const problem = problemOf(layer, variables, found);
    if (problem) problems.push(problem);
    return problem ? [] : [{ variables, values: found.values }];
  });
  if (problems.length > 0 && !skipMismatch) {
    throw weightsMismatch(model, source, problems);
  }
  for (const problem of problems) noticeOnce(`${source}: ${problem} It keeps what it has.`);
  for (const { variables, values } of fitting) {
    for (const [i, variable] of variables.entries()) assignValue(variable, values[i]!);
  }
}

/** Sets the state of the optimizer of a compiled model, where the file has it and it fits. */
export async function optimizerFromLegacyH5(model: Model, source: string, bytes: Uint8Array): Promise<void> {
  const values = await readH5(source, bytes, (root) => {
    const group = root.group('optimizer_weights');
    return group ? readNamed(source, group) : [];
  });
  if (values.length === 0) return;
  if (!model.optimizer.built && values.length > model.optimizer.variables.length)
    model.optimizer.build(model.trainableWeights);
  const { variables } = model.optimizer;
  if (values.length === variables.length && variables.every(({ shape }, i) => sameShape(shape, values[i]!.shape))) {
    for (const [i, variable] of variables.entries()) assignValue(variable, values[i]!);
    return;
  }
  noticeOnce(`${source}: the state of the optimizer is that of another one. The optimizer starts anew.`);
}

/** A model as the bytes of a legacy `.h5` file. */
export async function modelToLegacyH5(model: Model): Promise<Uint8Array> {
  const weights = await Promise.all(
    model.savedLayers!.map(async (layer) => [layer, await valuesOf(savedOrder(layer))] as const),
  );
  const { variables = [] } = model.isCompiled ? model.optimizer : {};
  const state = await valuesOf(variables);
  const config = legacyObject(serializeLayer(model as unknown as Layer));
  return await writeH5((root) => {
    root.attribute('backend', 'tensorflow');
    root.attribute('keras_version', '3.15.1');
    root.attribute('model_config', JSON.stringify(config));
    const group = root.group('model_weights');
    writeNames(
      group,
      'layer_names',
      weights.map(([{ name }]) => name),
    );
    group.attribute('backend', 'tensorflow');
    group.attribute('keras_version', '3.15.1');
    for (const [layer, values] of weights)
      writeNamed(
        group.group(layer.name),
        savedOrder(layer).map(({ path }) => path),
        values,
      );
    writeNamed(group.group('top_level_model_weights'), [], []);
    if (!model.isCompiled) return;
    root.attribute('training_config', JSON.stringify(trainingConfig(model)));
    writeNamed(
      root.group('optimizer_weights'),
      variables.map(({ path }) => path),
      state,
    );
  });
}

/** The order of weights in legacy files: trainable ones first. */
const savedOrder = (layer: Layer): readonly Variable[] => [...layer.trainableWeights, ...layer.nonTrainableWeights];

const valuesOf = (variables: readonly Variable[]): Promise<H5Array[]> => Promise.all(variables.map(storedValue));

interface StoredLayer {
  readonly name: string;
  readonly values: readonly H5Array[];
}

/** The layers that have weights, in their order. */
function readLayers(source: string, group: H5Reader): readonly StoredLayer[] {
  const names = namesIn(group, 'layer_names');
  if (!names) throw new FileFormatError(source, 'it has no list of layers, so it is no file of weights of Keras.');
  return names.flatMap((name) => {
    const layer = group.group(name);
    const values = layer ? readNamed(source, layer) : [];
    return values.length > 0 ? [{ name, values }] : [];
  });
}

function readNamed(source: string, group: H5Reader): readonly H5Array[] {
  return (namesIn(group, 'weight_names') ?? []).map((name) => {
    const value = group.array(name);
    if (!value) throw new FileFormatError(source, `'${group.path}/${name}' is missing.`);
    return value;
  });
}

/** A list of names; a long one is cut into `names0`, `names1` … */
function namesIn(group: H5Reader, attribute: string): readonly string[] | undefined {
  const whole = group.attribute(attribute);
  if (whole !== undefined) return Array.isArray(whole) ? whole : [];
  const parts: string[] = [];
  for (let i = 0; ; i++) {
    const part = group.attribute(`${attribute}${i}`);
    if (!Array.isArray(part)) return i === 0 ? undefined : parts;
    parts.push(...part);
  }
}

function problemOf({ name }: Layer, variables: readonly Variable[], { values }: StoredLayer): string | undefined {
  if (values.length !== variables.length) {
    return `'${name}' has ${variables.length} weights. The file has ${values.length}.`;
  }
  return wrongShape(`'${name}'`, variables, values);
}

/** HDF5 keeps attributes of up to 64 KiB in a group. */
const MOST_BYTES = 60_000;

function writeNames(group: H5Writer, attribute: string, names: readonly string[]): void {
  const longest = Math.max(1, ...names.map(({ length }) => length));
  const perPart = Math.max(1, Math.floor(MOST_BYTES / longest));
  if (names.length <= perPart) {
    group.attribute(attribute, names);
    return;
  }
  for (let i = 0; i * perPart < names.length; i++)
    group.attribute(`${attribute}${i}`, names.slice(i * perPart, (i + 1) * perPart));
}

function writeNamed(group: H5Writer, names: readonly string[], values: readonly H5Array[]): void {
  writeNames(group, 'weight_names', names);
  for (const [i, name] of names.entries()) {
    const at = name.lastIndexOf('/');
    (at < 0 ? group : group.group(name.slice(0, at))).array(name.slice(at + 1), values[i]!);
  }
}

/** Legacy files know no modules and do not say for which shapes layers were built. */
function legacyObject({ class_name, config, name, inbound_nodes }: KerasObject): KerasObject {
  const { layers, ...rest } = config as { readonly layers?: readonly KerasObject[] };
  return {
    class_name,
    config: { ...rest, ...(layers && { layers: layers.map(legacyObject) }) },
    ...(name !== undefined && { name }),
    ...(inbound_nodes && { inbound_nodes }),
  };
}

function trainingConfig(model: Model): object {
  const { optimizer, ...rest } = compileConfigOf(model.compilation) as { readonly optimizer: KerasObject };
  return { ...rest, optimizer_config: { class_name: optimizer.class_name, config: optimizer.config } };
}
