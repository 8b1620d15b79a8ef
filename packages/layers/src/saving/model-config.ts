import { dtypePolicies } from '@capas/core';
import type { Layer } from '../layer.ts';
import { isShapeList, type Shapes } from '../layer-config.ts';
import { RecurrentLayer } from '../layers/rnn/recurrent-layer.ts';
import type { Model } from '../models/model.ts';
import { type GraphNode, isSymbolic, type SymbolicTensor } from '../symbolic-tensor.ts';
import { getRegisteredName } from './custom-objects.ts';
import { snakeKey } from './keras-config.ts';
import { InputSlot, Operation } from './operation.ts';
import { type SerializedThing, serializeThing, serializeValue } from './serialize.ts';

type Config = Readonly<Record<string, unknown>>;

/** A model, or a layer of one, as it stands in the `config.json` of a Keras archive. */
export function serializeLayer(layer: Layer): SerializedThing {
  const { graph, savedLayers } = layer as Partial<Model>;
  const { className } = layer.constructor as typeof Layer;
  const isOwn = getRegisteredName(layer.constructor) !== undefined;
  if (!isOwn && graph) return model('Functional', functionalConfig(layer as unknown as Model), layer);
  if (!isOwn && savedLayers) return model('Sequential', sequentialConfig(layer as unknown as Model), layer);
  const { buildShape } = layer;
  return { ...serializeThing(layer), ...(className !== 'InputLayer' && buildShape && buildConfig(buildShape, layer)) };
}

const model = (className: string, config: Config, { buildShape }: Layer): SerializedThing => ({
  module: className === 'Functional' ? 'keras.src.models.functional' : 'keras',
  class_name: className,
  config,
  registered_name: null,
  ...(buildShape && { build_config: { input_shape: buildShape } }),
});

/** What Keras builds a layer from: the shape of its input, or of each of its inputs by name. */
function buildConfig(shape: Shapes, layer: Layer): Pick<SerializedThing, 'build_config'> {
  if (layer instanceof RecurrentLayer && isShapeList(shape)) {
    const [sequences, ...states] = shape;
    return { build_config: { shapes_dict: { sequences_shape: sequences, initial_state_shape: states } } };
  }
  const names = namesOfInputs(layer);
  if (!names || !isShapeList(shape)) return { build_config: { input_shape: shape } };
  return { build_config: { shapes_dict: Object.fromEntries(shape.map((item, i) => [`${names[i]}_shape`, item])) } };
}

function sequentialConfig(model: Model): Config {
  const { name, trainable, sublayers, inputShapes } = model;
  return {
    name,
    trainable,
    dtype: dtypePolicies.serialize(model.dtypePolicy),
    layers: sublayers.map(serializeLayer),
    ...(inputShapes && { build_input_shape: inputShapes[0] }),
  };
}

function functionalConfig(model: Model): Config {
  const { nodes, layers } = model.graph!;
  const calls = (layer: Layer): readonly GraphNode[] => nodes.filter((node) => node.layer === layer);
  const place = (tensor: SymbolicTensor): readonly [string, number, number] => {
    const node = tensor.node!;
    return [node.layer.name, calls(node.layer).indexOf(node), node.outputs.indexOf(tensor)];
  };
  // Keras calls a functional model once when it is made, and counts that call where it lists outputs
  const outputPlace: Place = (tensor) => {
    const [layer, node, index] = place(tensor);
    return [layer, (tensor.node!.layer as Partial<Model>).graph ? node + 1 : node, index];
  };
  return {
    name: model.name,
    trainable: model.trainable,
    layers: layers.map((layer) => ({
      ...((layer as unknown) instanceof Operation
        ? (layer as unknown as Operation).config.object
        : serializeLayer(layer)),
      name: layer.name,
      inbound_nodes: calls(layer)
        .filter(({ inputs }) => inputs.length > 0)
        .map((node) => inboundNode(node, place)),
    })),
    input_layers: places(model.inputs!, place),
    output_layers: places(model.outputs!, outputPlace),
  };
}

type Place = (tensor: SymbolicTensor) => readonly [string, number, number];

/** One tensor, a list or a record of them, by where they come from. */
function places(structure: unknown, place: Place): unknown {
  if (isSymbolic(structure)) return place(structure);
  if (Array.isArray(structure)) return structure.map((item) => places(item, place));
  return Object.fromEntries(Object.entries(structure as object).map(([name, item]) => [name, places(item, place)]));
}

/** A call with its arguments: tensors by their places. */
function inboundNode({ layer, inputStructure, options, inputs }: GraphNode, place: Place): Config {
  const write = (value: unknown): unknown => {
    if (isSymbolic(value)) return kerasTensor(value, place);
    if (value instanceof InputSlot) return kerasTensor(inputs[value.index]!, place);
    if (Array.isArray(value)) return value.map(write);
    if (typeof value !== 'object' || value === null) return serializeValue(value, true);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, write(item)]));
  };
  if ((layer as unknown) instanceof Operation) {
    const { args, kwargs } = (layer as unknown as Operation).config;
    return { args: write(args), kwargs: write(kwargs) };
  }
  const kwargs = Object.entries(options).filter(([, value]) => value !== undefined && value !== null);
  return {
    args: namesOfInputs(layer) && Array.isArray(inputStructure) ? inputStructure.map(write) : [write(inputStructure)],
    kwargs: Object.fromEntries(kwargs.map(([name, value]) => [snakeKey(name), write(value)])),
  };
}

const kerasTensor = (tensor: SymbolicTensor, place: Place): Config => ({
  class_name: '__keras_tensor__',
  config: { shape: tensor.shape, dtype: tensor.dtype, keras_history: place(tensor) },
});

/** The names of the inputs of layers that take them as arguments of their own in Python: `attention(query, value)`. */
const namesOfInputs = (layer: Layer): readonly string[] | undefined =>
  (layer.constructor as { readonly inputNames?: readonly string[] }).inputNames;
