import { CapasError, dtypePolicies, FileFormatError, type PartialShape, UnknownNameError } from '@capas/core';
import type { Layer } from '../layer.ts';
import type { CallOptions } from '../layer-config.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import * as builtin from '../layers/index.ts';
import { Functional } from '../models/functional.ts';
import { Model } from '../models/model.ts';
import { Sequential } from '../models/sequential.ts';
import { asSerialized } from '../registry.ts';
import { pack, type Structure } from '../structure.ts';
import { isSymbolic, type SymbolicTensor } from '../symbolic-tensor.ts';
import { type CustomObjects, findCustomObject } from './custom-objects.ts';
import { camelizeConfig } from './keras-config.ts';
import { InputSlot, isOperation, Operation } from './operation.ts';
import { reviveCustom } from './revive-custom.ts';
import { reviveLambda } from './revive-lambda.ts';

/** A layer or model as Keras writes it: snake_case keys. */
export interface KerasObject {
  readonly module?: string | null;
  readonly class_name: string;
  readonly registered_name?: string | null;
  readonly build_config?: { readonly input_shape?: unknown; readonly shapes_dict?: unknown } | null;
  readonly config: Readonly<Record<string, unknown>>;
  readonly name?: string;
  readonly inbound_nodes?: readonly KerasNode[];
}

interface KerasNode {
  readonly args: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
}

/** `[layer name, node index, tensor index]` */
type History = readonly [string, number, number];

/**
 * Makes a layer or model from its Keras 3 config. The barrel of the layers is the registry: what it exports can be revived, and
 * what is among `customObjects` or was registered.
 *
 * @throws UnknownNameError for a class that is not there
 */
export function revive(object: KerasObject, customObjects: CustomObjects = {}): Layer {
  const custom = findCustomObject(customObjects, object.class_name, object.registered_name);
  if (typeof custom === 'function') {
    const CustomClass = custom as new (config: object) => Layer;
    return new CustomClass(reviveInside(layerConfig(object.config, customObjects), customObjects));
  }
  if (object.class_name === 'Sequential') return reviveSequential(object, customObjects) as unknown as Layer;
  if (object.class_name === 'Functional') return reviveFunctional(object, customObjects) as unknown as Layer;
  if (object.class_name === 'Lambda') return reviveLambda(object.config, customObjects) as unknown as Layer;
  const LayerClass = (builtin as unknown as Record<string, (new (config: object) => Layer) | undefined>)[
    object.class_name
  ];
  const names = Object.keys(builtin).filter((name) => /^[A-Z]/.test(name)); // the others are their short forms
  if (!names.includes(object.class_name) || !LayerClass) {
    throw new UnknownNameError('layer class', object.class_name, [...names, 'Sequential', 'Functional']);
  }
  return new LayerClass(reviveInside(layerConfig(object.config, customObjects), customObjects));
}

/** A config in which the layers inside a layer, written as class and config, are made. */
export function reviveInside(
  config: Readonly<Record<string, unknown>>,
  customObjects: CustomObjects = {},
): Record<string, unknown> {
  const make = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(make);
    const written = typeof value === 'object' ? asSerialized(value) : undefined;
    if (written?.className === 'Feature') return { ...written, config: reviveInside(written.config, customObjects) };
    if (written) return revive({ class_name: written.className, config: written.config }, customObjects);
    if (typeof value !== 'object' || value?.constructor !== Object) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, make(item)]));
  };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, INNER_LAYERS.has(key) ? make(value) : value]),
  );
}

/** The options of layers that are layers, or have layers in them. */
const INNER_LAYERS: ReadonlySet<string> = new Set([
  'layer',
  'layers',
  'cell',
  'cells',
  'backwardLayer',
  'preprocessor',
  'features',
]);

/** As {@link revive}, for an object that is a model. */
export function reviveModel(object: KerasObject, customObjects: CustomObjects = {}): Model {
  const made: unknown = revive(object, customObjects);
  if (made instanceof Model) return made;
  const hint = object.class_name === 'FeatureSpace' ? ' Open it by `loadFeatureSpace(source)`.' : '';
  throw new FileFormatError('config', `'${object.class_name}' is a layer, and no model.${hint}`);
}

function reviveSequential({ config }: KerasObject, customObjects: CustomObjects): Sequential {
  const {
    layers,
    name,
    build_input_shape: shape,
    dtype,
  } = config as {
    layers: readonly KerasObject[];
    name?: string;
    build_input_shape?: PartialShape;
    dtype?: dtypePolicies.DTypePolicyIdentifier;
  };
  const model = new Sequential(
    layers.map((layer) => revive(layer, customObjects)),
    { name, ...(dtype && { dtype }) },
  );
  if (shape && !model.built) model.ensureBuilt(shape);
  return model;
}

function reviveFunctional({ config }: KerasObject, customObjects: CustomObjects): Functional {
  const {
    layers,
    name,
    input_layers: inputs,
    output_layers: outputs,
  } = config as {
    layers: readonly KerasObject[];
    name?: string;
    input_layers: Structure<History>;
    output_layers: Structure<History>;
  };
  const operations = new Map(layers.filter(isOperation).map((object) => [object.name!, object]));
  const made = new Map(
    layers.filter((layer) => !isOperation(layer)).map((layer) => [layer.name!, revive(layer, customObjects)]),
  );
  const calls = new Map<string, SymbolicTensor[][]>();
  const find = ([layer, node, tensor]: History): SymbolicTensor | undefined => {
    const owner = made.get(layer);
    if ((owner as unknown) instanceof InputLayer) return owner!.output;
    return calls.get(layer)?.[node]?.[tensor];
  };
  // a call can be made once its inputs are there; with shared layers that is not the order of the list
  const waiting = layers.flatMap(({ name: layer, inbound_nodes: nodes = [] }) =>
    nodes.map((node) => ({ layer: layer!, node })),
  );
  while (waiting.length) {
    const ready = waiting.findIndex(({ node }) => histories([node.args, node.kwargs ?? {}]).every(find));
    if (ready < 0)
      throw new CapasError(
        `Functional '${name}': the config has a cycle or a missing layer at '${waiting[0]!.layer}'.`,
      );
    const [{ layer, node }] = waiting.splice(ready, 1) as [(typeof waiting)[number]];
    const operation = operations.get(layer);
    const output = operation ? callOperation(operation, node, find) : callLayer(made.get(layer)!, node, find);
    calls.set(layer, [...(calls.get(layer) ?? []), isSymbolic(output) ? [output] : Object.values(output as object)]);
  }
  const tensors = (structure: Structure<History>): Structure<SymbolicTensor> => {
    const leaves = isHistory(structure) ? [structure] : (Object.values(structure) as History[]);
    const found = leaves.map((leaf) => find(fromZero(leaf)));
    const missing = found.indexOf(undefined);
    if (missing >= 0) throw new CapasError(`Functional '${name}': the config has no call '${leaves[missing]}'.`);
    return pack(structure, found as SymbolicTensor[], isHistory);
  };
  // among the outputs, calls of functional models are counted from 1: Keras calls such a model once when it is made
  const fromZero = ([layer, node, tensor]: History): History => [
    layer,
    (made.get(layer) as unknown) instanceof Functional ? node - 1 : node,
    tensor,
  ];
  return new Functional({ inputs: tensors(inputs), outputs: tensors(outputs), name });
}

/** Keras's layer config as our options: input shapes under our names. */
function layerConfig(config: Readonly<Record<string, unknown>>, customObjects: CustomObjects): Record<string, unknown> {
  const made = reviveCustom(config, customObjects) as Readonly<Record<string, unknown>>;
  const { dtype, ...options } = made;
  if (typeof dtype !== 'object' || dtype === null) return { ...camelizeConfig(options), ...(dtype ? { dtype } : {}) };
  return { ...camelizeConfig(options), dtype: dtypePolicies.get(dtype as never).identifier };
}

const isHistory = (value: unknown): value is History =>
  Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number';

/** Every tensor that stands in the arguments of a call. */
function histories(value: unknown): History[] {
  if (Array.isArray(value)) return value.flatMap(histories);
  if (typeof value !== 'object' || value === null) return [];
  return isSymbolObject(value) ? [value.config.keras_history] : Object.values(value).flatMap(histories);
}

/** Whether a value stands for a symbolic tensor. */
const isSymbolObject = (value: unknown): value is { readonly config: { readonly keras_history: History } } =>
  (value as { readonly class_name?: string } | null)?.class_name === '__keras_tensor__';

/** A call as we make it: several tensors as one list, and the other arguments as options. */
function callOf(
  { args, kwargs = {} }: KerasNode,
  find: (history: History) => SymbolicTensor | undefined,
): { inputs: Structure<SymbolicTensor>; options: CallOptions } {
  const symbols = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(symbols);
    return isSymbolObject(value) ? find(value.config.keras_history) : value;
  };
  const named = INPUT_ARGUMENTS.filter((name) => histories(kwargs[name]).length > 0);
  const inputs = [...args, ...named.map((name) => kwargs[name])].map(symbols);
  const options = Object.entries(kwargs).filter(
    ([name, value]) => value !== null && !named.includes(name as (typeof named)[number]),
  );
  return {
    inputs: (inputs.length === 1 ? inputs[0] : inputs) as Structure<SymbolicTensor>,
    options: camelizeConfig(Object.fromEntries(options.map(([name, value]) => [name, symbols(value)]))),
  };
}

function callLayer(layer: Layer, node: KerasNode, find: FindTensor): Structure<SymbolicTensor> {
  const { inputs, options } = callOf(node, find);
  return layer.apply(inputs, options) as Structure<SymbolicTensor>;
}

/** An operation is made for its call: arguments that are no tensors belong to it. */
function callOperation(object: KerasObject, node: KerasNode, find: FindTensor): Structure<SymbolicTensor> {
  const inputs: SymbolicTensor[] = [];
  const slots = (value: unknown): unknown => {
    if (isSymbolObject(value)) return new InputSlot(inputs.push(find(value.config.keras_history)!) - 1);
    if (Array.isArray(value)) return value.map(slots);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, slots(item)]));
  };
  const args = slots(node.args) as readonly unknown[];
  const kwargs = slots(node.kwargs ?? {}) as Readonly<Record<string, unknown>>;
  const operation = new Operation({ name: object.name, object, args, kwargs });
  return operation.apply(inputs) as Structure<SymbolicTensor>;
}

type FindTensor = (history: History) => SymbolicTensor | undefined;

/** The arguments that are inputs of a layer, in the order in which it takes them, where they are given by name. */
const INPUT_ARGUMENTS = ['inputs', 'sequences', 'query', 'value', 'key'] as const;
