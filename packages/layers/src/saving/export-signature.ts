import {
  ArgumentError,
  type DType,
  type PartialShape,
  type Shape,
  ShapeError,
  StateError,
  showShape,
} from '@capas/core';
import type { Layer } from '../layer.ts';
import type { Model } from '../models/model.ts';
import { flatten, pack, type Structure } from '../structure.ts';

/** The shape, with the batch axis, and dtype of an input. A symbolic tensor is one too. */
export interface InputSignature {
  /** `null` for the batch axis: batches of any size. All other sizes are numbers. */
  readonly shape: PartialShape;
  /** @defaultValue that of the model, else `'float32'` */
  readonly dtype?: DType;
  /** @defaultValue that of the model, else `'input_0'`, `'input_1'` … */
  readonly name?: string;
}

/** The inputs with which a model is traced. */
export interface TracedInputs {
  /** The first size of each shape is that of the batch, 1 where there may be any. */
  readonly inputs: readonly { readonly name: string; readonly shape: Shape; readonly dtype: DType }[];
  /** Which input stands where in what the model is called with. */
  readonly structure: Structure<number>;
  /** The size of batches; `null`: any. */
  readonly batch: number | null;
}

/**
 * What a model is exported with.
 *
 * @throws ArgumentError, ShapeError, StateError where inputs are not known, leave sizes open, or hold text
 */
export function signatureOf(model: Model, given: Structure<InputSignature> | undefined): TracedInputs {
  refuseHostLayers(model);
  const signature = given ?? ownSignature(model);
  const list = flatten<InputSignature>(signature, isSignature);
  if (list.length === 0 || !list.every(isSignature))
    throw new ArgumentError('export', 'inputSignature', 'a `{ shape }`, or a list or record of them', given);
  const names = isSignature(signature) || Array.isArray(signature) ? model.inputNames : Object.keys(signature);
  const inputs = list.map(({ shape, dtype, name }, i) => ({
    name: name ?? names[i] ?? `input_${i}`,
    shape,
    dtype: dtype ?? model.inputDTypes?.[i] ?? 'float32',
  }));
  for (const { name, shape, dtype } of inputs) requireKnown(name, shape, dtype);
  return {
    inputs: inputs.map((input) => ({ ...input, shape: [1, ...(input.shape.slice(1) as Shape)] })),
    structure: pack(signature, [...list.keys()], isSignature),
    batch: inputs.map(({ shape }) => shape[0]!).find((size) => size !== null) ?? null,
  };
}

function ownSignature(model: Model): Structure<InputSignature> {
  const { inputShapes, inputNames } = model;
  if (!inputShapes)
    throw new StateError(
      `export: model '${model.name}' does not know what its inputs are. Give \`inputSignature: { shape: [null, …] }\`.`,
    );
  const list = inputShapes.map((shape, i) => ({ shape, name: inputNames[i]! }));
  return list.length === 1 ? list[0]! : list;
}

function requireKnown(name: string, shape: unknown, dtype: DType): void {
  if (!Array.isArray(shape) || shape.length === 0)
    throw new ArgumentError('export', 'inputSignature', 'shapes with the batch axis', shape);
  if (shape.slice(1).includes(null)) {
    const known = showShape([shape[0], ...shape.slice(1).map((size) => size ?? 32)]);
    throw new ShapeError(
      `export: the shape of input '${name}' is ${showShape(shape)}, and only the batch may be left open in a graph. Give the sizes, as \`inputSignature: { shape: ${known} }\`.`,
    );
  }
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
    throw new ArgumentError('export', `dtype of input '${name}'`, "'float32', 'int32' or 'bool'", dtype);
}

/** Layers of texts and hashes have nothing in ONNX. */
function refuseHostLayers(model: Model): void {
  const found = hostLayersIn(model as unknown as Layer);
  if (found.length === 0) return;
  const names = found.map((layer) => `'${layer.name}' (${(layer.constructor as typeof Layer).className})`);
  throw new StateError(
    `export: ONNX has no operators for texts, tables of them and hashes, as in ${names.join(', ')}. Export the model behind these layers, and do in front of it what they do.`,
  );
}

/** Those that stand for themselves, and not the layers inside them; a model stands for its layers. */
const hostLayersIn = (layer: Layer): readonly Layer[] =>
  layer.runsOnHost && !(layer as Partial<Model>).savedLayers ? [layer] : layer.sublayers.flatMap(hostLayersIn);

const isSignature = (value: unknown): value is InputSignature =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Array.isArray((value as InputSignature).shape);
