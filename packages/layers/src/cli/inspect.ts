import { FileFormatError, readSafetensorsHeader, sizeOf } from '@capas/core';
import { isArchive, readArchive } from '../saving/archive.ts';
import { type H5Reader, isH5, readH5 } from '../saving/h5/read-h5.ts';
import { modernConfig } from '../saving/keras2-config.ts';
import type { KerasObject } from '../saving/revive.ts';
import { parseJson } from '../saving/safe-json.ts';
import { type FileSource, readSource } from '../saving/source.ts';
import type { TfjsWeightGroup } from '../saving/tfjs/tfjs-manifest.ts';

type Json = Readonly<Record<string, unknown>>;

/** An array in a file: its name, dtype and shape. */
interface StoredArray {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/**
 * What is in a file of a model or of weights, as a text: which format, of which version, layers, how it was compiled, arrays with
 * their shapes. No model is made, and nothing of the file is run.
 *
 * @throws FileFormatError for a file that is none of these, or a damaged one
 */
export async function inspect(source: FileSource): Promise<string> {
  const { name, bytes } = await readSource('inspect', source);
  const lines = await linesOf(name, bytes);
  return [`${name}: ${count(bytes.length)} bytes`, ...lines].join('\n');
}

async function linesOf(name: string, bytes: Uint8Array): Promise<readonly string[]> {
  if (isArchive(bytes)) return await ofArchive(name, bytes);
  if (isH5(bytes)) return await ofH5(name, bytes);
  if (bytes[8] === BRACE) {
    const { entries, metadata } = readSafetensorsHeader(bytes, name);
    const texts = Object.entries(metadata).map(([key, text]) => `  ${key}: ${text}`);
    return ['weights in a safetensors file', ...texts, ...arrayLines(entries)];
  }
  if (/^\s*\{/.test(new TextDecoder().decode(bytes.subarray(0, 64)))) return ofTfjs(name, parseJson(name, bytes));
  throw new FileFormatError(name, 'this is no file of a model or of weights that is known here.');
}

const BRACE = 0x7b;

async function ofArchive(name: string, bytes: Uint8Array): Promise<readonly string[]> {
  const files = readArchive(name, bytes);
  const json = (entry: string): Json => {
    const content = files.get(entry);
    return content ? parseJson(`${name}: ${entry}`, content) : {};
  };
  const { keras_version: version, date_saved: date } = json('metadata.json');
  const config = json('config.json');
  const weights = files.get('model.weights.h5');
  const arrays = weights ? await readH5(`${name}: model.weights.h5`, weights, (root) => arraysIn(root)) : [];
  return [
    `a model of Keras ${version ?? '(no version)'}, saved ${date ?? 'at no date'}`,
    ...modelLines(config as unknown as KerasObject),
    ...compiledLines((config.compile_config ?? {}) as Json),
    ...arrayLines(arrays),
    'files',
    ...[...files].map(([path, content]) => `  ${path}  ${count(content.length)} bytes`),
  ];
}

async function ofH5(name: string, bytes: Uint8Array): Promise<readonly string[]> {
  const { arrays, texts } = await readH5(name, bytes, (root) => ({
    arrays: arraysIn(root),
    texts: ['keras_version', 'model_config', 'training_config'].map((attribute) => root.attribute(attribute)),
  }));
  const [version, model, training] = texts;
  if (typeof model !== 'string') return ['weights of Keras in an HDF5 file', ...arrayLines(arrays)];
  const config = modernConfig(parseJson(`${name}: model_config`, model)) as unknown as KerasObject;
  const { optimizer_config: optimizer, ...rest } =
    typeof training === 'string' ? parseJson(`${name}: training_config`, training) : {};
  return [
    `a model in the HDF5 format of Keras 2, written by Keras ${version ?? '(no version)'}`,
    ...modelLines(config),
    ...compiledLines({ optimizer, ...rest }),
    ...arrayLines(arrays),
  ];
}

function ofTfjs(name: string, json: Json): readonly string[] {
  const { modelTopology, weightsManifest, format, generatedBy } = json;
  if (format === 'graph-model') return ['a graph model of tfjs: operations of TensorFlow and no layers'];
  const topology = (modelTopology ?? json) as Json;
  const model = (topology.model_config ?? topology) as Json;
  if (typeof model.class_name !== 'string') throw new FileFormatError(name, 'this JSON is no config of a model.');
  const groups = (Array.isArray(weightsManifest) ? weightsManifest : []) as readonly TfjsWeightGroup[];
  const arrays = groups.flatMap(({ weights }) =>
    weights.map(({ quantization, dtype, ...weight }) => ({
      ...weight,
      dtype: quantization ? `${dtype} as ${quantization.dtype}` : dtype,
    })),
  );
  return [
    modelTopology ? `a layers model of tfjs, written by ${generatedBy ?? 'the converter'}` : 'the config of a model',
    ...modelLines(modernConfig(model) as unknown as KerasObject),
    ...(groups.length > 0
      ? [...arrayLines(arrays), 'files', ...groups.flatMap(({ paths }) => paths.map((path) => `  ${path}`))]
      : []),
  ];
}

/** A model and its layers, those of models in it moved in: class, name, and what is known of shapes. */
function modelLines(object: KerasObject, depth = 0): readonly string[] {
  const { class_name: className, config = {}, build_config: build } = object;
  const {
    name,
    layers,
    layer,
    batch_shape: given,
    batch_input_shape: first,
    build_input_shape: built,
  } = config as Json;
  const shape = given ?? first ?? built ?? build?.input_shape ?? build?.shapes_dict;
  const inner = (Array.isArray(layers) ? layers : layer ? [layer] : []) as readonly KerasObject[];
  const title = `${'  '.repeat(depth)}${className} '${name ?? object.name ?? ''}'`;
  return [
    shape ? `${title}  ${JSON.stringify(shape)}` : title,
    ...inner.flatMap((item) => modelLines(item, depth + 1)),
  ];
}

function compiledLines({ optimizer, loss, metrics }: Json): readonly string[] {
  if (!optimizer) return ['not compiled'];
  const { class_name: className } = optimizer as { readonly class_name?: string };
  return [`compiled with ${className ?? optimizer}, loss ${named(loss)}, metrics ${named(metrics)}`];
}

/** A loss or metric by its name, or a list or record of them. */
function named(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.map(named).join(', ') || 'none';
  if (typeof value !== 'object') return String(value);
  const { class_name: className, config } = value as { readonly class_name?: string; readonly config?: unknown };
  if (className !== undefined) return className === 'function' ? String(config) : className;
  return Object.entries(value)
    .map(([output, item]) => `${output}: ${named(item)}`)
    .join(', ');
}

function arrayLines(arrays: readonly StoredArray[]): readonly string[] {
  const total = arrays.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return [
    `${count(arrays.length)} arrays, ${count(total)} numbers`,
    ...arrays.map(({ name, dtype, shape }) => `  ${name}  ${dtype} [${shape.join(', ')}]`),
  ];
}

/** All arrays below a group, by their paths. */
const arraysIn = (group: H5Reader): readonly StoredArray[] =>
  group.names.flatMap((name) => {
    const inner = group.group(name);
    if (inner) return arraysIn(inner);
    const array = group.array(name);
    return array ? [{ name: group.path ? `${group.path}/${name}` : name, dtype: array.dtype, shape: array.shape }] : [];
  });

const count = (value: number): string => value.toLocaleString('en-US');
