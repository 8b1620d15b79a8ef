import { StateError } from '@capas/core';
import type { KerasObject } from '../revive.ts';
import { ACTIVATIONS, CONSTRAINTS, INITIALIZERS, LAYERS, NEUTRAL, OWN_INITIALIZERS } from './tfjs-names.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The config of a model as tfjs-layers reads it: as that of Keras 2, with calls as lists of places.
 *
 * @throws StateError for layers, options and functions that tfjs does not have, or has under another meaning
 */
export function writeTfjsConfig(object: KerasObject): Json {
  const { class_name: className, config } = object;
  if (className === 'Functional') return { class_name: 'Model', config: functionalConfig(config) };
  if (className === 'Sequential') {
    const { name, layers } = config as { readonly name: string; readonly layers: readonly KerasObject[] };
    return { class_name: 'Sequential', config: { name, layers: layers.map(writeTfjsConfig) } };
  }
  return writeLayer(object);
}

function functionalConfig(config: Json): Json {
  const {
    name,
    layers,
    input_layers: inputs,
    output_layers: outputs,
  } = config as Json & {
    readonly layers: readonly KerasObject[];
  };
  const models = new Set(layers.filter(({ class_name: name }) => MODELS.has(name)).map(({ name }) => name));
  // tfjs counts the calls of a model that is a layer from 1, since it is called once when it is made
  const place = ([layer, node, tensor]: readonly [string, number, number]) => [
    layer,
    models.has(layer) ? node + 1 : node,
    tensor,
  ];
  const outputPlace = ([layer, node, tensor]: readonly [string, number, number]) => {
    const { class_name: className } = layers.find((item) => item.name === layer)!;
    return [layer, className === 'Sequential' ? node + 1 : node, tensor];
  };
  return {
    name,
    layers: layers.map((layer) => ({
      ...writeTfjsConfig(layer),
      name: layer.name,
      inbound_nodes: (layer.inbound_nodes ?? []).map((node) => writeNode(layer, node, place)),
    })),
    input_layers: listOf(inputs).map(place),
    output_layers: listOf(outputs).map(outputPlace),
  };
}

type Place = readonly [layer: string, node: number, tensor: number];

const MODELS: ReadonlySet<string> = new Set(['Functional', 'Sequential']);

/** One place, or a list or record of them, as a list. */
function listOf(places: unknown): readonly Place[] {
  if (Array.isArray(places) && typeof places[0] === 'string') return [places as unknown as Place];
  return Object.values(places as object) as Place[];
}

/** The arguments of a call as a list of places; what tfjs could not know of it is refused. */
function writeNode(layer: KerasObject, { args, kwargs = {} }: Call, place: (at: Place) => unknown): unknown {
  const tensors = args.flat().map((value) => {
    const history = (value as { readonly config?: { readonly keras_history?: Place } } | null)?.config?.keras_history;
    if (!history) throw refuse(layer, 'is called with what is no tensor');
    return [...(place(history) as unknown[]), {}];
  });
  const others = Object.entries(kwargs).filter(([, value]) => value !== null);
  if (others.length > 0) throw refuse(layer, `is called with '${others[0]![0]}'`);
  return tensors;
}

interface Call {
  readonly args: readonly unknown[];
  readonly kwargs?: Json;
}

function writeLayer(object: KerasObject): Json {
  const { class_name: className, config } = object;
  if (!LAYERS.has(className)) throw refuse(object, `is a ${className}, which tfjs does not have`);
  const entries = Object.entries(config).flatMap(([option, value]) => writeOption(object, option, value));
  return { class_name: className, config: Object.fromEntries(entries) };
}

function writeOption(object: KerasObject, option: string, value: unknown): (readonly [string, unknown])[] {
  const { class_name: className } = object;
  if (Object.hasOwn(NEUTRAL, option) && !(option === 'negative_slope' && className === 'LeakyReLU')) {
    if (JSON.stringify(value) === JSON.stringify(NEUTRAL[option]) || value === null) return [];
    throw refuse(object, `has ${option} = ${JSON.stringify(value)}, which tfjs does not have`);
  }
  if (option === 'dtype') return [[option, dtypeName(value)]];
  if (option === 'batch_shape') return [['batch_input_shape', value]];
  if (option === 'negative_slope') return [['alpha', value]];
  if (option === 'build_config' || option === 'seed') return [];
  if (option === 'backward_layer') return [];
  if (option === 'layer' || option === 'cell') {
    const { config, ...inner } = value as KerasObject;
    const name = className === 'Bidirectional' ? { name: oneDirection(String(config.name)) } : {};
    return [[option, writeTfjsConfig({ ...inner, config: { ...config, ...name } })]];
  }
  if (option === 'cells') return [[option, (value as readonly KerasObject[]).map(writeTfjsConfig)]];
  if (option.endsWith('initializer')) return [[option, initializer(value)]];
  if (option.endsWith('regularizer')) return [[option, regularizer(object, value)]];
  if (option.endsWith('constraint')) return [[option, constraint(object, value)]];
  if (option.endsWith('activation')) return [[option, activation(object, value)]];
  return [[option, value]];
}

/** Both directions of a Bidirectional are named after one layer: `forward_lstm` → `lstm`. */
export const oneDirection = (name: string): string => name.replace(/^forward_/, '');

/** First values count for nothing once weights are read: one that tfjs does not have is zeros. */
function initializer(value: unknown): unknown {
  const { class_name: className, config } = (value ?? {}) as Partial<KerasObject>;
  const name = className && (OWN_INITIALIZERS[className] ?? className);
  return name && INITIALIZERS.has(name) ? { class_name: name, config } : { class_name: 'Zeros', config: {} };
}

function regularizer(object: KerasObject, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const { class_name: className, config } = value as KerasObject;
  if (!/^L1L2$|^L[12]$/.test(className)) throw refuse(object, `has the penalty ${className}, which tfjs does not have`);
  const { l1 = 0, l2 = 0 } = config as { readonly l1?: number; readonly l2?: number };
  return { class_name: 'L1L2', config: { l1, l2 } };
}

function constraint(object: KerasObject, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const { class_name: className, config } = value as KerasObject;
  if (CONSTRAINTS.has(className)) return { class_name: className, config };
  throw refuse(object, `has the constraint ${className}, which tfjs does not have`);
}

function activation(object: KerasObject, value: unknown): unknown {
  const { config } = (value ?? {}) as { readonly config?: unknown };
  const name = String(typeof value === 'string' ? value : (config ?? 'linear'));
  if (name === 'hard_sigmoid') {
    throw refuse(object, 'computes hard_sigmoid, which is relu6(x + 3) / 6 here and clip(0.2 x + 0.5) in tfjs');
  }
  const written = ACTIVATIONS[name];
  if (written) return written;
  throw refuse(object, `computes ${name}, which tfjs does not have`);
}

const dtypeName = (value: unknown): unknown =>
  typeof value === 'string' ? value : (value as { readonly config: { readonly name: string } }).config.name;

const refuse = ({ config, name }: KerasObject, what: string): StateError =>
  new StateError(`save: the layer '${name ?? config.name}' ${what}, so the model cannot be written for tfjs.`);
