import { ArgumentError, dtypePolicies, HostArray, StateError } from '@capas/core';
import { activationName } from '../activations/get-activation.ts';
import { Constraint } from '../constraints/constraint.ts';
import { getConstraint } from '../constraints/get-constraint.ts';
import { getInitializer } from '../initializers/get-initializer.ts';
import { Initializer } from '../initializers/initializer.ts';
import { Layer } from '../layer.ts';
import { Cross, Feature } from '../layers/preprocessing/feature.ts';
import { Loss } from '../losses/loss.ts';
import { Metric } from '../metrics/metric.ts';
import { snakeCase } from '../naming.ts';
import { LossScaleOptimizer } from '../optimizers/loss-scale-optimizer.ts';
import { MultiOptimizer } from '../optimizers/multi-optimizer.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { OptimizerMap } from '../optimizers/optimizer-map.ts';
import { getQuantizationConfig, QuantizationConfig } from '../quantizers/quantization-config.ts';
import { Quantizer } from '../quantizers/quantizer.ts';
import { getRegularizer } from '../regularizers/get-regularizer.ts';
import { Regularizer } from '../regularizers/regularizer.ts';
import { LearningRateSchedule } from '../schedules/learning-rate-schedule.ts';
import { getRegisteredName } from './custom-objects.ts';
import { snakeKey } from './keras-config.ts';
import type { KerasObject } from './revive.ts';

/** A thing as it stands in a file of Keras. */
export type SerializedThing = KerasObject & { readonly module: string | null; readonly registered_name: string | null };

/**
 * A thing with a config (layer, initializer, loss, optimizer …) as Keras writes it.
 *
 * @throws StateError for functions and classes that files cannot name: those of your own that are not registered
 */
export function serializeThing(thing: object): SerializedThing {
  const [module, config] = describe(thing);
  const { className, exportedName } = thing.constructor as {
    readonly className?: string;
    readonly exportedName?: string;
  };
  return named(thing.constructor, module, exportedName ?? className ?? thing.constructor.name, config);
}

/** Options of ours as a config of Keras. */
export function serializeConfig(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(config).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [snakeKey(key), serializeOption(key, value)]));
}

function describe(thing: object): readonly [module: string, config: Record<string, unknown>] {
  if (thing instanceof Layer)
    return [MODULES[(thing.constructor as typeof Layer).className] ?? 'keras.layers', layerConfig(thing)];
  if (thing instanceof Feature || thing instanceof Cross) {
    return ['keras.src.layers.preprocessing.feature_space', serializeConfig(thing.toJSON().config)];
  }
  if (thing instanceof Initializer) return ['keras.initializers', initializerConfig(thing)];
  if (thing instanceof Regularizer) return ['keras.regularizers', serializeConfig(thing.config as object as Config)];
  if (thing instanceof Constraint) return ['keras.constraints', serializeConfig(thing.config as object as Config)];
  if (thing instanceof LearningRateSchedule) {
    return ['keras.optimizers.schedules', serializeConfig(thing.config as object as Config)];
  }
  if (thing instanceof Loss) {
    return [
      'keras.losses',
      { name: thing.name, reduction: reductionName(thing), ...withoutDType(thing.config as Config) },
    ];
  }
  if (thing instanceof Metric) {
    const { config, name } = thing as Metric;
    return ['keras.metrics', { name, dtype: 'float32', ...serializeConfig(config as object as Config) }];
  }
  if (thing instanceof Quantizer || thing instanceof QuantizationConfig) {
    return ['keras.quantizers', serializeConfig(thing.config as object as Config)];
  }
  if (thing instanceof Optimizer) return ['keras.optimizers', optimizerConfig(thing)];
  if (thing instanceof OptimizerMap) return ['keras.optimizers', serializeConfig(thing.config)];
  throw new ArgumentError('save', 'config', 'made of what files of Keras know', thing);
}

type Config = Readonly<Record<string, unknown>>;

/** A layer's own options, with the three that each layer has; classes whose configs hold more say so by `kerasConfig`. */
function layerConfig(layer: Layer): Record<string, unknown> {
  const given = (layer as Layer & { kerasConfig?(): Config }).kerasConfig?.();
  if (given) return { ...given };
  const { name: _, trainable: __, dtype: _dtype, inputShape: ___, batchInputShape: ____, ...options } = layer.config;
  const { className } = layer.constructor as typeof Layer;
  const own = Object.entries(options).filter(([key]) => !NOT_SAVED[className]?.includes(key));
  const config = {
    ...serializeConfig(Object.fromEntries(own)),
    ...(layer.quantizationConfig && { quantization_config: serializeThing(layer.quantizationConfig) }),
  };
  if (className === 'Pipeline') return { name: layer.name, ...config };
  if (className === 'FeatureSpace') return config;
  if (PLAIN.has(className)) return { name: layer.name, dtype: layer.dtypePolicy.name, ...config };
  return { name: layer.name, trainable: layer.trainable, dtype: dtypePolicies.serialize(policyOf(layer)), ...config };
}

/**
 * The policy of a layer; with those of the quantized layers in it, by their paths, where no config of theirs says so: in attention. Keras
 * itself leaves them out there, and cannot open the file.
 */
function policyOf(layer: Layer): dtypePolicies.DTypePolicy {
  const { dtypePolicy: own, config } = layer;
  const quantized = Object.values(config)
    .flat()
    .some((value) => value instanceof Layer)
    ? []
    : quantizedIn(layer);
  if (quantized.length === 0) return own;
  return new dtypePolicies.DTypePolicyMap({
    defaultPolicy: own instanceof dtypePolicies.DTypePolicyMap ? own.defaultPolicy : own,
    policyMap: Object.fromEntries(quantized.map(({ path, dtypePolicy }) => [path, dtypePolicy.at(path)])),
  });
}

const quantizedIn = (layer: Layer): readonly Layer[] =>
  layer.sublayers.flatMap((inner) => [...(inner.quantizationConfig ? [inner] : []), ...quantizedIn(inner)]);

/** Layers that Keras writes without `trainable` and with the bare name of the dtype: it would not read more. */
const PLAIN: ReadonlySet<string> = new Set([
  'Discretization',
  'HashedCrossing',
  'InputLayer',
  'SpatialDropout1D',
  'SpatialDropout2D',
  'SpatialDropout3D',
]);

/** The modules of layers that are not among Keras's layers. */
const MODULES: Readonly<Record<string, string>> = { FeatureSpace: 'keras.utils' };

/** Options that do not stand in files. */
const NOT_SAVED: Readonly<Record<string, readonly string[]>> = {
  AdditiveAttention: ['scoreMode'],
  GRU: ['implementation'],
  GRUCell: ['implementation'],
  LSTM: ['implementation'],
  LSTMCell: ['implementation'],
  RandomGrayscale: ['seed'],
  RandomPerspective: ['fillMode'],
};

function initializerConfig(initializer: Initializer): Record<string, unknown> {
  const { scale, mode, distribution, ...rest } = initializer.config as Config;
  const { className } = initializer.constructor as typeof Initializer;
  // the scalings under names of their own have these by their names
  return serializeConfig(className === 'VarianceScaling' ? { scale, mode, distribution, ...rest } : rest);
}

function optimizerConfig(optimizer: Optimizer): Record<string, unknown> {
  const { lossScaleFactor } = optimizer;
  const { learning_rate: _, ...config } = serializeConfig({
    ...(optimizer.config as object as Config),
    lossScaleFactor,
  });
  if (optimizer instanceof LossScaleOptimizer) return config;
  if (optimizer instanceof MultiOptimizer) {
    const { optimizer_map, loss_scale_factor, name } = config;
    return { optimizer_map, loss_scale_factor, name };
  }
  const rate = optimizer.schedule ? serializeThing(optimizer.schedule) : optimizer.learningRate.value.dataSync()[0];
  return { ...config, learning_rate: rate };
}

const reductionName = ({ reduction }: Loss): string | null => (reduction === 'none' ? 'none' : snakeKey(reduction));

const withoutDType = ({ dtype: _, name: __, reduction: ___, ...config }: Config): Record<string, unknown> =>
  serializeConfig(config);

/** One option, by its name: what stands for an initializer is written as one, and so on. */
function serializeOption(key: string, value: unknown): unknown {
  if (value === null) return null;
  if (typeof value === 'function' && !(value instanceof Layer)) return functionName(value);
  if (/initializer$/i.test(key)) return serializeThing(getInitializer(value as never));
  if (/regularizer$/i.test(key)) return serializeOptional(getRegularizer(value as never));
  if (key === 'quantizationConfig') return serializeOptional(getQuantizationConfig(value));
  if (/constraint$/i.test(key)) return serializeOptional(getConstraint(value as never));
  return serializeValue(value, DATA.has(key));
}

const serializeOptional = (thing: object | undefined): unknown => (thing ? serializeThing(thing) : null);

/** Any value of a config. @param isData whether texts are the user's own, and stay as they are */
export function serializeValue(value: unknown, isData = false): unknown {
  if (typeof value === 'string') return isData ? value : snakeWord(value);
  if (Array.isArray(value)) return value.map((item) => serializeValue(item, isData));
  if (value instanceof HostArray) {
    return { class_name: '__numpy__', config: { value: value.toArray(), dtype: value.dtype } };
  }
  if (typeof value === 'function' && !(value instanceof Layer)) return functionName(value);
  if (typeof value !== 'object' && typeof value !== 'function') return value;
  if (value === null) return null;
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
  if (Object.getPrototypeOf(value) !== Object.prototype) return serializeThing(value as object);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, serializeValue(item, isData)]));
}

/** A function as files name it: an activation, or one that was registered. */
function functionName(fn: object): unknown {
  const builtin = activationName(fn as never);
  if (builtin) return snakeCase(builtin);
  const registered = getRegisteredName(fn);
  if (registered) {
    const name = (fn as { readonly name: string }).name;
    return { module: 'builtins', class_name: 'function', config: name, registered_name: registered };
  }
  throw new StateError(
    `save: the function '${(fn as { readonly name: string }).name || 'without a name'}' cannot be written to a file. Register it: \`registerKerasSerializable(fn)\`.`,
  );
}

/** Options whose texts are the user's own. */
const DATA: ReadonlySet<string> = new Set([
  'name',
  'featureNames',
  'vocabulary',
  'maskToken',
  'oovToken',
  'equation',
  'biasAxes',
  'salt',
  'encoding',
]);

/** `'fanAvg'` → `'fan_avg'`; anything that is not in camelCase stays. */
const snakeWord = (word: string): string => (/^[a-z]+([A-Z][a-z]*)+$/.test(word) ? snakeKey(word) : word);

/** An object of Keras, with what tells a class of your own from one of Keras. */
function named(type: unknown, module: string, className: string, config: Config): SerializedThing {
  const registered = getRegisteredName(type);
  if (registered) {
    const [packageName = null, name = className] = registered.split('>');
    return { module: packageName, class_name: name, config, registered_name: registered };
  }
  return { module, class_name: className, config, registered_name: null };
}
