import {
  ArgumentError,
  config,
  HostArray,
  ops,
  type PartialShape,
  positiveAxis,
  type Shape,
  ShapeError,
  StateError,
  scope,
  showShape,
  type Tensor,
  type TensorLike,
  toTensor,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import type { Weight } from '../../weight.ts';
import { type AdaptData, learnFrom, toHost } from './adapt-data.ts';
import { FeatureMoments } from './feature-moments.ts';

/** Numbers, or nested lists of them. */
type Numbers = number | readonly Numbers[];

/** Options of {@link Normalization}. */
export interface NormalizationConfig extends LayerConfig {
  /** The axis or axes whose places have a mean and variance of their own; `null`: one for all. @defaultValue −1: the last */
  readonly axis?: number | readonly number[] | null;
  /** The mean, if it is known: a number, or as many as the places of `axis`. @defaultValue what `adapt` finds */
  readonly mean?: Numbers | HostArray | Float32Array | null;
  /** The variance, of the shape of `mean`. */
  readonly variance?: Numbers | HostArray | Float32Array | null;
  /** Whether to turn normalized values back into what they were. @defaultValue `false` */
  readonly invert?: boolean;
}

const defaults = { axis: [-1], mean: null, variance: null, invert: false } as const;

/**
 * Normalizes features: `(x − mean) / max(√variance, 1e-7)`, with the mean and variance of the data it was adapted to, or given ones.
 *
 * Shapes: the output has the shape of the input.
 * Weights, where `mean` is not given: `mean`, `variance` (of the kept axes) and `count` (of Keras's older files), not trained.
 *
 * @throws ArgumentError, ShapeError if only one of `mean` and `variance` is given, or they do not fit each other or the input.
 * @see Keras 3, `keras/src/layers/preprocessing/normalization.py`
 * @example
 * const normalize = new Normalization();
 * normalize.adapt([[0, 7], [2, 9]]);
 * normalize.apply([[0, 9]]); // [[-1, 1]]
 */
export class Normalization extends Layer<Resolved<NormalizationConfig, typeof defaults>> {
  static override readonly className = 'Normalization';
  mean: Weight | undefined;
  variance: Weight | undefined;
  count: Weight | undefined;
  readonly #given: readonly [mean: HostArray, variance: HostArray] | undefined;
  #keptAxes: readonly number[] = [];
  #builtFor: PartialShape = [];

  constructor(config: NormalizationConfig = {}) {
    super({ ...defaults, ...config, ...normalized(config) });
    this.#given = this.#givenMoments();
    this.supportsMasking = true;
  }

  /** Whether it learns from data: not where it was given what it has to know. */
  get canAdapt(): boolean {
    return this.#given === undefined;
  }

  override build(inputShape: PartialShape): void {
    const axes = this.#axes.map((axis) => positiveAxis(`Layer '${this.name}'`, axis, inputShape.length));
    this.#keptAxes = axes.sort((a, b) => a - b);
    this.#builtFor = inputShape;
    const unknown = this.#keptAxes.find((axis) => inputShape[axis] === null);
    if (unknown !== undefined) {
      throw new ShapeError(
        `Layer '${this.name}': the size of every axis that is kept must be known. Received: ${showShape(inputShape)}, where that of axis ${unknown} is not.`,
      );
    }
    if (this.#given) {
      this.#placed(this.#given[0]); // whether it fits
      return;
    }
    const shape = this.#featureShape;
    this.mean = this.addWeight('mean', shape, 'zeros', { trainable: false });
    this.variance = this.addWeight('variance', shape, 'ones', { trainable: false });
    this.count = this.addWeight('count', [], 'zeros', { trainable: false, dtype: 'int32' });
  }

  /**
   * Learns mean and variance from data: an array, or batches. What was learnt before is forgotten.
   *
   * It returns a promise where the batches come asynchronously.
   *
   * @throws StateError if mean and variance were given; ShapeError if batches do not fit
   */
  adapt(data: AsyncIterable<unknown>): Promise<void>;
  adapt(data: AdaptData): Promise<void> | undefined;
  adapt(data: AdaptData): Promise<void> | undefined {
    this.requireAlive();
    if (this.#given)
      throw new StateError(`Layer '${this.name}': \`mean\` and \`variance\` were given, it cannot be adapted.`);
    let moments: FeatureMoments | undefined;
    const add = (batch: HostArray): void => {
      if (batch.size === 0) return;
      this.ensureBuilt(batch.shape);
      this.#requireFitting(batch.shape);
      moments ??= new FeatureMoments(this.#keptAxes, this.#featureShape);
      moments.add(batch);
    };
    const finish = (): void => {
      if (!moments) throw new ArgumentError(`Layer '${this.name}'`, 'data', 'at least one batch', data);
      for (const [weight, values] of [
        [this.mean!, moments.mean],
        [this.variance!, moments.variance],
      ] as const) {
        scope(() => weight.assign(toTensor(new HostArray(Float32Array.from(values), this.#featureShape))));
      }
    };
    return learnFrom(`Layer '${this.name}'`, 'float32', data, {}, { whole: add, batch: add, finish });
  }

  override call(inputs: Tensor): Tensor {
    const [mean, variance] = (this.#given ?? [this.mean!, this.variance!]).map((values) => this.#placed(values)) as [
      Tensor,
      Tensor,
    ];
    const x = ops.cast(inputs, 'float32');
    const deviation = ops.maximum(ops.sqrt(variance), config.epsilon());
    return this.config.invert
      ? ops.add(mean, ops.multiply(x, deviation))
      : ops.divide(ops.subtract(x, mean), deviation);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }

  get #axes(): readonly number[] {
    return this.config.axis as readonly number[];
  }

  get #featureShape(): Shape {
    return this.#keptAxes.map((axis) => this.#builtFor[axis]!);
  }

  /** Values of the features, with an axis of size 1 for each that is averaged over. */
  #placed(values: Weight | HostArray): Tensor {
    const shape = this.#builtFor.map(() => 1);
    const kept = this.#keptAxes.slice(this.#keptAxes.length - values.shape.length);
    kept.forEach((axis, i) => {
      const [dim, wanted] = [values.shape[i]!, this.#builtFor[axis]!];
      if (dim !== 1 && dim !== wanted) {
        throw new ShapeError(
          `Layer '${this.name}': \`mean\` and \`variance\` of shape ${showShape(values.shape)} do not fit inputs of shape ${showShape(this.#builtFor)}.`,
        );
      }
      shape[axis] = dim;
    });
    return ops.reshape(values as TensorLike, shape);
  }

  #requireFitting(shape: Shape): void {
    const fits =
      shape.length === this.#builtFor.length && this.#keptAxes.every((axis) => shape[axis] === this.#builtFor[axis]);
    if (fits) return;
    throw new ShapeError(
      `Layer '${this.name}' was built for inputs of shape ${showShape(this.#builtFor)}. Received: data of shape ${showShape(shape)}.`,
    );
  }

  #givenMoments(): readonly [HostArray, HostArray] | undefined {
    const { mean, variance } = this.config;
    const who = 'Normalization';
    if (mean === null && variance === null) return undefined;
    if (mean === null || variance === null)
      throw new ArgumentError(who, mean === null ? 'mean' : 'variance', 'given where the other one is', null);
    const [first, second] = [mean, variance].map((values) => toHost(who, values as TensorLike, 'float32')) as [
      HostArray,
      HostArray,
    ];
    if (showShape(first.shape) !== showShape(second.shape)) {
      throw new ShapeError(
        `${who}: \`mean\` and \`variance\` must have the same shape. Received: ${showShape(first.shape)} and ${showShape(second.shape)}.`,
      );
    }
    if (first.rank > this.#axes.length) {
      throw new ShapeError(
        `${who}: \`mean\` must have at most as many axes as \`axis\` names: ${this.#axes.length}. Received: ${showShape(first.shape)}.`,
      );
    }
    return [first, second];
  }
}

/** Short for `new Normalization(config)`. */
export const normalization = (config: NormalizationConfig = {}): Normalization => new Normalization(config);

/** The options as Keras writes them: axes as a list, arrays as nested lists. */
function normalized({ axis = -1, mean = null, variance = null }: NormalizationConfig): NormalizationConfig {
  const axes = axis === null ? [] : Array.isArray(axis) ? axis : [axis];
  if (!axes.every(Number.isInteger))
    throw new ArgumentError('Normalization', 'axis', 'an integer, a list of integers or null', axis);
  const lists = (values: NormalizationConfig['mean']): Numbers | null =>
    values instanceof HostArray
      ? (values.toArray() as Numbers)
      : ArrayBuffer.isView(values)
        ? [...values]
        : (values ?? null);
  return { axis: axes, mean: lists(mean), variance: lists(variance) };
}
