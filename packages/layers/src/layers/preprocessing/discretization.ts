import {
  ArgumentError,
  type DType,
  HostArray,
  ops,
  type PartialShape,
  requireInteger,
  requireNumber,
  StateError,
  type Tensor,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { type AdaptData, type AdaptOptions, learnFrom } from './adapt-data.ts';
import { amendConfig } from './amend-config.ts';
import { type CategoryMode, encodeCategories, encodedShape, requireDense, requireMode } from './encode-categories.ts';
import { HeldValues } from './held-values.ts';
import { QuantileSummary } from './quantile-summary.ts';

/** Options of {@link Discretization}. */
export interface DiscretizationConfig extends LayerConfig {
  /** Where one bin ends and the next one begins, in ascending order; a boundary belongs to the bin above it. */
  readonly binBoundaries?: readonly number[] | null;
  /** How many bins `adapt` is to find. Give this or `binBoundaries`. */
  readonly numBins?: number | null;
  /** How far the shares of elements in the bins that `adapt` finds may be off. @defaultValue 0.01 */
  readonly epsilon?: number;
  /** What is given out: the number of the bin, or vectors. @defaultValue `'int'` */
  readonly outputMode?: CategoryMode;
  /** Only `false`: there are no sparse tensors. */
  readonly sparse?: false;
}

const defaults = { binBoundaries: null, numBins: null, epsilon: 0.01, outputMode: 'int', sparse: false } as const;

/**
 * Sorts numbers into bins and gives out the number of the bin: 0 below the first boundary.
 *
 * Shapes: for `'int'` (int32) that of the input; for `'oneHot'` `[…batch]` and `[…batch, 1]` → `[…batch, bins]`; for `'multiHot'`
 * and `'count'` `[batch, n]` → `[batch, bins]`.
 *
 * @throws ArgumentError unless one of `binBoundaries` and `numBins` is given; StateError before it has boundaries.
 * @see Keras 3, `keras/src/layers/preprocessing/discretization.py`
 * @example
 * new Discretization({ binBoundaries: [0, 1, 2] }).apply([[-1.5, 1, 3.4, 0.5]]); // [[0, 2, 3, 1]]
 */
export class Discretization extends Layer<Resolved<DiscretizationConfig, typeof defaults>> {
  static override readonly className = 'Discretization';
  readonly #mode: 'int' | 'oneHot' | 'multiHot' | 'count';
  readonly #boundaries = new HeldValues('bin_boundaries');

  constructor(config: DiscretizationConfig) {
    super({ ...defaults, ...config });
    const { numBins, binBoundaries, epsilon, outputMode, sparse } = this.config;
    const who = 'Discretization';
    this.#mode = requireMode(who, outputMode, ['int', 'oneHot', 'multiHot', 'count']);
    requireDense(who, 'sparse', sparse);
    requireNumber(who, 'epsilon', epsilon, Number.MIN_VALUE, 1);
    if (numBins !== null) requireInteger(who, 'numBins', numBins, 1, 'a positive integer');
    if (binBoundaries !== null && !isAscending(binBoundaries))
      throw new ArgumentError(who, 'binBoundaries', 'a list of numbers in ascending order', binBoundaries);
    if (numBins === null && binBoundaries === null)
      throw new ArgumentError(who, 'numBins', 'given where `binBoundaries` is not', numBins);
  }

  /** Whether it learns from data: not where it was given what it has to know. */
  get canAdapt(): boolean {
    return this.config.numBins !== null;
  }

  /** Where the bins meet; `undefined` before {@link adapt} where none were given. */
  get binBoundaries(): readonly number[] | undefined {
    return this.config.binBoundaries ?? undefined;
  }

  /**
   * Learns boundaries between `numBins` bins with about as many elements each, from an array or from batches.
   *
   * It returns a promise where the batches come asynchronously.
   *
   * @throws StateError if the boundaries were given
   */
  adapt(data: AsyncIterable<unknown>, options?: AdaptOptions): Promise<void>;
  adapt(data: AdaptData, options?: AdaptOptions): Promise<void> | undefined;
  adapt(data: AdaptData, options: AdaptOptions = {}): Promise<void> | undefined {
    this.requireAlive();
    const { numBins, epsilon } = this.config;
    if (numBins === null)
      throw new StateError(`Layer '${this.name}': \`binBoundaries\` were given; use \`numBins\` to adapt it.`);
    const summary = new QuantileSummary(epsilon);
    const add = (batch: HostArray): void => summary.add(batch);
    const finish = (): void => {
      amendConfig(this, { binBoundaries: Object.freeze(summary.boundaries(numBins)) });
      this.#boundaries.dispose();
    };
    return learnFrom(`Layer '${this.name}'`, 'float32', data, options, { whole: add, batch: add, finish });
  }

  override call(inputs: Tensor): Tensor {
    const { binBoundaries } = this.config;
    if (binBoundaries === null)
      throw new StateError(`Layer '${this.name}' has no boundaries yet: give \`binBoundaries\`, or call \`adapt\`.`);
    return encodeCategories(this.#binOf(inputs, binBoundaries), this.#mode, binBoundaries.length + 1);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const { binBoundaries, numBins } = this.config;
    return encodedShape(inputShape, this.#mode, binBoundaries ? binBoundaries.length + 1 : numBins);
  }

  override outputDType(): DType {
    return this.#mode === 'int' ? 'int32' : 'float32';
  }

  override dispose(): void {
    this.#boundaries.dispose();
    super.dispose();
  }

  #binOf(inputs: Tensor, boundaries: readonly number[]): Tensor {
    if (boundaries.length === 0) return ops.zerosLike(inputs, { dtype: 'int32' });
    return ops.digitize(
      inputs,
      this.#boundaries.value(() => new HostArray(Float32Array.from(boundaries))),
    );
  }
}

/** Short for `new Discretization(config)`. */
export const discretization = (config: DiscretizationConfig): Discretization => new Discretization(config);

const isAscending = (values: unknown): boolean =>
  Array.isArray(values) && values.every((value, i) => Number.isFinite(value) && (i === 0 || values[i - 1] <= value));
