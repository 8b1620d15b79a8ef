import {
  ArgumentError,
  type DType,
  type HostArray,
  type HostDType,
  ops,
  requireOneOf,
  StateError,
  type Tensor,
  type TensorLike,
  UnknownNameError,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import type { Resolved } from '../../layer-config.ts';
import { isTensor } from '../../layer-inputs.ts';
import type { Structure } from '../../structure.ts';
import { hasSymbolic, type SymbolicTensor } from '../../symbolic-tensor.ts';
import { input } from '../core/input-layer.ts';
import { Concatenate } from '../merging/concatenate.ts';
import { CategoryEncoding } from './category-encoding.ts';
import { Cross, type CrossConfig, Feature, type FeatureConfig } from './feature.ts';
import {
  floatDiscretized,
  floatFeature,
  floatNormalized,
  floatRescaled,
  integerCategorical,
  integerHashed,
  stringCategorical,
  stringHashed,
} from './feature-kinds.ts';
import { type Adaptable, categoriesOf, isAdaptable, isReady } from './feature-layers.ts';
import { type FeatureData, featureBatches } from './feature-records.ts';
import { crossOf, type FeatureSpaceConfig, featuresOf, spaceDefaults } from './feature-space-config.ts';
import { HashedCrossing } from './hashed-crossing.ts';

/** Tables that a space can learn from. */
type Tables = FeatureData | Iterable<FeatureData> | AsyncIterable<FeatureData>;

/**
 * Turns a table, columns of numbers and strings by their names, into vectors: each column by its own preprocessing layer, which
 * learns what it has to know from data.
 *
 * Columns have the shape `[batch]` or `[batch, 1]`; single values are one sample, without the batch axis. The output is
 * `[batch, all features]`, those of the columns in the order of their names and then the crosses; with `outputMode: 'dict'` each
 * by its name.
 *
 * @throws UnknownNameError, ArgumentError for features that are not there; StateError before {@link adapt}
 * @see Keras 3, `keras/src/layers/preprocessing/feature_space.py`
 * @example
 * const space = new FeatureSpace({
 *   features: { age: 'floatNormalized', city: 'stringCategorical', rooms: FeatureSpace.integerCategorical({ maxTokens: 10 }) },
 *   crosses: [['city', 'rooms']],
 * });
 * space.adapt(table);
 * space.apply(table); // one row for each sample
 * const model = functional({ inputs: space.getInputs(), outputs: dense({ units: 1 })(space.getEncodedFeatures()) });
 * await saveFeatureSpace(space, 'table.keras'); // and `await loadFeatureSpace('table.keras')`
 */
export class FeatureSpace extends Layer<Resolved<FeatureSpaceConfig, typeof spaceDefaults>> {
  static override readonly className = 'FeatureSpace';
  /** Plain numbers. */
  static readonly float: typeof floatFeature = floatFeature;
  /** Numbers times a scale, plus an offset. */
  static readonly floatRescaled: typeof floatRescaled = floatRescaled;
  /** Numbers less their mean, over their deviation. */
  static readonly floatNormalized: typeof floatNormalized = floatNormalized;
  /** Numbers sorted into bins. */
  static readonly floatDiscretized: typeof floatDiscretized = floatDiscretized;
  /** Integers as categories. */
  static readonly integerCategorical: typeof integerCategorical = integerCategorical;
  /** Strings as categories. */
  static readonly stringCategorical: typeof stringCategorical = stringCategorical;
  /** Integers by a hash. */
  static readonly integerHashed: typeof integerHashed = integerHashed;
  /** Strings by a hash. */
  static readonly stringHashed: typeof stringHashed = stringHashed;
  /** Makes a feature of a preprocessing layer. */
  static readonly feature: (config: FeatureConfig) => Feature = (config) => new Feature(config);
  /** Makes a cross of features. */
  static readonly cross: (config: CrossConfig) => Cross = (config) => new Cross(config);

  /** The layer of each feature. */
  readonly preprocessors: Readonly<Record<string, Layer>>;
  /** The layer of each cross, by its name: `a_X_b`. */
  readonly crossers: Readonly<Record<string, Layer>>;
  readonly #features: Readonly<Record<string, Feature>>;
  readonly #crosses: Readonly<Record<string, Cross>>;
  readonly #encoders = new Map<string, Layer>();
  #inputs: Readonly<Record<string, SymbolicTensor>> | undefined;
  #encoded: Structure<SymbolicTensor> | undefined;

  constructor(config: FeatureSpaceConfig) {
    const all = { ...spaceDefaults, ...config };
    const features = featuresOf(all);
    const crosses = (all.crosses ?? []).map((cross) => crossOf(cross, all.crossingDim, Object.keys(features)));
    super({ ...all, features, crosses });
    requireOneOf('FeatureSpace', 'outputMode', all.outputMode, ['concat', 'dict']);
    this.#features = features;
    this.#crosses = Object.fromEntries(crosses.map((cross) => [cross.name, cross]));
    this.preprocessors = Object.fromEntries(
      Object.entries(features).map(([name, feature]) => [name, feature.preprocessor]),
    );
    this.crossers = Object.fromEntries(
      crosses.map(({ name, crossingDim }) => [
        name,
        new HashedCrossing({ numBins: crossingDim, name }) as unknown as Layer,
      ]),
    );
  }

  /**
   * Lets the layers of the features learn from data: a table, or an iterable of tables or of single samples.
   *
   * It returns a promise where the data comes asynchronously.
   */
  adapt(data: AsyncIterable<FeatureData>): Promise<void>;
  adapt(data: Tables): Promise<void> | undefined;
  adapt(data: Tables): Promise<void> | undefined {
    this.requireAlive();
    const learners = Object.entries(this.preprocessors).filter(([, layer]) => isAdaptable(layer));
    const dtypes = Object.fromEntries(learners.map(([name]) => [name, this.#features[name]!.dtype as HostDType]));
    const batches = featureBatches(`Layer '${this.name}'`, dtypes, data);
    const learn = (found: Record<string, HostArray[]>): void => {
      for (const [name, layer] of learners) void (layer as Adaptable).adapt(found[name]!);
    };
    if (batches instanceof Promise) return batches.then(learn);
    learn(batches);
    return undefined;
  }

  /** A symbolic input for each feature, for a model that starts with raw values. */
  getInputs(): Readonly<Record<string, SymbolicTensor>> {
    this.#inputs ??= Object.fromEntries(
      Object.entries(this.#features).map(([name, { dtype }]) => [name, input({ shape: [1], dtype, name })]),
    );
    return this.#inputs;
  }

  /** What the space makes of {@link getInputs}: one symbolic tensor, or with `outputMode: 'dict'` one for each feature. */
  getEncodedFeatures(): SymbolicTensor {
    this.#encoded ??= this.#encode(this.getInputs());
    return this.#encoded as SymbolicTensor;
  }

  override apply(inputs: Structure<SymbolicTensor>): SymbolicTensor;
  override apply(inputs: Structure<TensorLike>): Tensor;
  override apply(inputs: unknown): unknown {
    if (typeof inputs !== 'object' || inputs?.constructor !== Object)
      throw new ArgumentError(`Layer '${this.name}'`, 'inputs', 'a record of features', inputs);
    if (hasSymbolic(inputs)) return this.#encode(inputs as Record<string, SymbolicTensor>);
    return super.apply(inputs as Record<string, TensorLike>);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const given = Object.entries(inputs as unknown as Record<string, Tensor>);
    const isSample = given.some(([, tensor]) => tensor.rank === 0);
    const columns = given.map(
      ([name, tensor]) => [name, tensor.rank < 2 ? ops.reshape(tensor, [-1, 1]) : tensor] as const,
    );
    const encoded = this.#encode(Object.fromEntries(columns)) as Structure<Tensor>;
    const alone = (tensor: Tensor): Tensor => (isSample ? ops.squeeze(tensor, { axis: 0 }) : tensor);
    const result = isTensor(encoded)
      ? alone(encoded)
      : Object.fromEntries(Object.entries(encoded).map(([name, tensor]) => [name, alone(tensor)]));
    return result as Tensor;
  }

  override get runsOnHost(): boolean {
    return [...Object.values(this.preprocessors), ...Object.values(this.crossers)].some((layer) => layer.runsOnHost);
  }

  /** Throws StateError if layers of the features have not learnt yet what they have to. */
  requireAdapted(): void {
    const waiting = Object.keys(this.preprocessors).filter((name) => !isReady(this.preprocessors[name]!));
    if (waiting.length === 0) return;
    throw new StateError(
      `Layer '${this.name}': ${waiting.map((name) => `'${name}'`).join(', ')} must learn from data first: call \`adapt\`.`,
    );
  }

  /** All features, of tensors or symbolic ones. */
  #encode<T extends Tensor | SymbolicTensor>(columns: Readonly<Record<string, T>>): Structure<T> {
    this.#requireReady(Object.keys(columns));
    const run = (layer: Layer, x: Structure<T>): T => layer.apply(x as never) as T;
    const values: Record<string, T> = {};
    for (const [name, layer] of Object.entries(this.preprocessors)) values[name] = run(layer, columns[name]!);
    const crossed: Record<string, T> = {};
    for (const [name, { featureNames }] of Object.entries(this.#crosses))
      crossed[name] = run(
        this.crossers[name]!,
        featureNames.map((feature) => values[feature]!),
      );
    const encoded = [...byName(values), ...byName(crossed)].map(([name, value]) => {
      const encoder = this.#encoderOf(name, value.dtype);
      return [name, encoder ? run(encoder, value) : value] as const;
    });
    if (this.config.outputMode === 'dict') return Object.fromEntries(encoded);
    for (const [name, { dtype }] of encoded) {
      if (dtype === 'float32') continue;
      throw new ArgumentError(
        `Layer '${this.name}'`,
        `features.${name}`,
        "encoded as numbers, outputMode is 'concat'",
        dtype,
        "Choose outputMode 'dict'.",
      );
    }
    const tensors = encoded.map(([, value]) => value);
    return tensors.length === 1 ? tensors[0]! : run(new Concatenate() as unknown as Layer, tensors);
  }

  /** What makes vectors of a feature's categories, where that is asked for. */
  #encoderOf(name: string, dtype: DType): Layer | undefined {
    const { outputMode } = this.#features[name] ?? this.#crosses[name]!;
    if (outputMode !== 'oneHot') return undefined;
    const known = this.#encoders.get(name);
    if (known) return known;
    const layer = this.preprocessors[name] ?? this.crossers[name]!;
    const numTokens = dtype === 'int32' ? categoriesOf(layer) : undefined;
    if (numTokens === undefined) {
      throw new ArgumentError(
        `Layer '${this.name}'`,
        `features.${name}`,
        "of a layer whose categories can be counted, outputMode is 'oneHot'",
        layer,
      );
    }
    const encoder = new CategoryEncoding({ numTokens, outputMode: 'multiHot' }) as unknown as Layer;
    this.#encoders.set(name, encoder);
    return encoder;
  }

  #requireReady(given: readonly string[]): void {
    const names = Object.keys(this.#features);
    for (const name of given)
      if (!names.includes(name)) throw new UnknownNameError(`feature of '${this.name}'`, name, names);
    if (!names.every((name) => given.includes(name)))
      throw new ArgumentError(
        `Layer '${this.name}'`,
        'inputs',
        `a record with the features ${names.join(', ')}`,
        given,
      );
    this.requireAdapted();
  }
}

/** Short for `new FeatureSpace(config)`. */
export const featureSpace = (config: FeatureSpaceConfig): FeatureSpace => new FeatureSpace(config);

const byName = <T>(values: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
