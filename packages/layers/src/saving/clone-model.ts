import { ArgumentError, StateError } from '@capas/core';
import { Layer } from '../layer.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import { cloneLayer } from '../layers/rnn/clone-layer.ts';
import { Functional } from '../models/functional.ts';
import type { Model } from '../models/model.ts';
import { Sequential } from '../models/sequential.ts';
import { flatten, pack, type Structure } from '../structure.ts';
import { isSymbolic, type SymbolicTensor, withValues } from '../symbolic-tensor.ts';

/** Options of {@link cloneModel}. */
export interface CloneModelOptions {
  /** Symbolic tensors that the clone is built on, in the structure of the inputs of the model. @defaultValue new inputs */
  readonly inputTensors?: Structure<SymbolicTensor>;
  /** Makes the layer that stands for one of the model; a layer that is shared is made once. @defaultValue a layer with the same options */
  readonly cloneFunction?: ((layer: Layer) => Layer) | undefined;
  /** Whether `cloneFunction` is called on the layers of models inside, and not on these models. @defaultValue `false` */
  readonly recursive?: boolean;
}

/**
 * A new model with new layers of the same options, so with new weights; it is not compiled.
 *
 * @throws StateError for a subclassed model with `cloneFunction` or `inputTensors`: it has no graph to follow
 * @see Keras 3, `keras/src/models/cloning.py`
 * @example
 * const frozen = cloneModel(model, { cloneFunction: (layer) => Object.assign(cloneLayer(layer), { trainable: false }) });
 */
export function cloneModel(model: Model, options: CloneModelOptions = {}): Model {
  const { inputTensors, cloneFunction, recursive = false } = options;
  const clone = (layer: Layer): Layer => {
    if (isModel(layer) && (recursive || !cloneFunction))
      return cloneModel(layer as unknown as Model, recursive ? { cloneFunction, recursive } : {}) as unknown as Layer;
    const made = cloneFunction ? cloneFunction(layer) : copyOf(layer);
    if (!((made as unknown) instanceof Layer))
      throw new ArgumentError('cloneModel', 'cloneFunction', 'a function to layers', made);
    return made;
  };
  if ((model as unknown) instanceof Sequential) return cloneSequential(model as Sequential, clone, inputTensors);
  if ((model as unknown) instanceof Functional) return cloneFunctional(model as Functional, clone, inputTensors);
  if (cloneFunction || inputTensors) {
    throw new StateError(
      `cloneModel: model '${model.name}' is subclassed, so it has no graph that \`cloneFunction\` or \`inputTensors\` could follow.`,
    );
  }
  return copyOf(model as unknown as Layer) as unknown as Model;
}

const isModel = (layer: Layer): boolean =>
  (layer as unknown) instanceof Sequential || (layer as unknown) instanceof Functional;

/** The same options; whether it is trained may have been changed since. */
const copyOf = (layer: Layer): Layer => cloneLayer(layer, { trainable: layer.trainable });

function cloneSequential(
  model: Sequential,
  clone: (layer: Layer) => Layer,
  inputTensors?: Structure<SymbolicTensor>,
): Sequential {
  const given = inputTensors === undefined ? [] : flatten<SymbolicTensor>(inputTensors, isSymbolic);
  if (given.length > 1)
    throw new ArgumentError('cloneModel', 'inputTensors', 'one tensor for a Sequential', inputTensors);
  const shapes = given.length === 1 ? given : isSymbolic(model.inputs) ? [model.inputs] : [];
  const inputs = shapes.map(({ shape, dtype, name }) => new InputLayer({ batchShape: shape, dtype, name }));
  const layers = model.layers.map(clone);
  return new Sequential([...(inputs as unknown as Layer[]), ...layers], {
    name: model.name,
    trainable: model.trainable,
  });
}

function cloneFunctional(
  model: Functional,
  clone: (layer: Layer) => Layer,
  inputTensors?: Structure<SymbolicTensor>,
): Functional {
  const originals = flatten<SymbolicTensor>(model.inputs, isSymbolic);
  const given = inputTensors === undefined ? undefined : flatten<SymbolicTensor>(inputTensors, isSymbolic);
  if (given && (given.length !== originals.length || !given.every(isSymbolic)))
    throw new ArgumentError(
      'cloneModel',
      'inputTensors',
      `${originals.length} symbolic tensors, as the model has inputs`,
      inputTensors,
    );
  const inputs =
    given ?? originals.map(({ shape, dtype, name }) => new InputLayer({ batchShape: shape, dtype, name }).output);
  const made = new Map(originals.map((tensor, i) => [tensor, inputs[i]!]));
  const clones = new Map<Layer, Layer>();
  for (const { layer, inputStructure, options, outputs } of model.graph.nodes) {
    if (outputs.every((output) => made.has(output))) continue;
    const twin = clones.get(layer) ?? clone(layer);
    clones.set(layer, twin);
    const tensors = flatten<SymbolicTensor>(inputStructure, isSymbolic).map((tensor) => made.get(tensor)!);
    const result = twin.apply(
      pack(inputStructure, tensors, isSymbolic),
      withValues(options, (tensor) => made.get(tensor)!),
    ) as Structure<SymbolicTensor>;
    for (const [i, tensor] of flatten<SymbolicTensor>(result, isSymbolic).entries()) made.set(outputs[i]!, tensor);
  }
  const outputs = flatten<SymbolicTensor>(model.outputs, isSymbolic).map((tensor) => made.get(tensor)!);
  return new Functional({
    inputs: pack(model.inputs, inputs, isSymbolic),
    outputs: pack(model.outputs, outputs, isSymbolic),
    name: model.name,
    trainable: model.trainable,
  });
}
