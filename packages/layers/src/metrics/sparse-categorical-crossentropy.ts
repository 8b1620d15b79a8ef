import { SparseCategoricalCrossentropy as SparseCategoricalCrossentropyLoss } from '../losses/sparse-categorical-crossentropy.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/** Options of {@link SparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyMetricConfig<Name extends string = string> extends MetricConfig<Name> {
  /** Whether `yPred` holds logits rather than probabilities. @defaultValue `false` */
  readonly fromLogits?: boolean;
  /** A label whose values count as 0, and with sample weights not at all. @defaultValue `null`: none */
  readonly ignoreClass?: number | null;
  /** The axis of the classes: the last. @defaultValue `-1` */
  readonly axis?: -1;
}

/**
 * The mean categorical crossentropy of labels that are numbers of classes.
 *
 * @see Keras 3, `keras/src/metrics/probabilistic_metrics.py`
 * @example
 * const metric = sparseCategoricalCrossentropy();
 * metric.updateState([1], [[0.5, 0.5]]);
 * metric.result(); // ln(2) = 0.693
 */
export class SparseCategoricalCrossentropy<
  Name extends string = 'sparse_categorical_crossentropy',
> extends MeanMetricWrapper<Name, SparseCategoricalCrossentropyMetricConfig<Name>> {
  static override readonly className: string = 'SparseCategoricalCrossentropy';
  override readonly direction = 'down' as const;

  constructor(config: SparseCategoricalCrossentropyMetricConfig<Name> = {}) {
    const { name: _name, dtype: _dtype, ...options } = config;
    super(lossValues(new SparseCategoricalCrossentropyLoss(options)), config);
  }
}

/** Short for `new SparseCategoricalCrossentropy(config)`. */
export const sparseCategoricalCrossentropy = <const Name extends string = 'sparse_categorical_crossentropy'>(
  config: SparseCategoricalCrossentropyMetricConfig<Name> = {},
): SparseCategoricalCrossentropy<Name> => new SparseCategoricalCrossentropy(config);
