import { CategoricalCrossentropy as CategoricalCrossentropyLoss } from '../losses/categorical-crossentropy.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/** Options of {@link CategoricalCrossentropy}. */
export interface CategoricalCrossentropyMetricConfig<Name extends string = string> extends MetricConfig<Name> {
  /** Whether `yPred` holds logits rather than probabilities. @defaultValue `false` */
  readonly fromLogits?: boolean;
  /** How far labels are moved towards the same share of every class, in 0…1. @defaultValue `0` */
  readonly labelSmoothing?: number;
  /** The axis of the classes. @defaultValue `-1` */
  readonly axis?: number;
}

/**
 * The mean categorical crossentropy of one-hot labels.
 *
 * @see Keras 3, `keras/src/metrics/probabilistic_metrics.py`
 * @example
 * const metric = categoricalCrossentropy();
 * metric.updateState([[0, 1]], [[0.5, 0.5]]);
 * metric.result(); // ln(2) = 0.693
 */
export class CategoricalCrossentropy<Name extends string = 'categorical_crossentropy'> extends MeanMetricWrapper<
  Name,
  CategoricalCrossentropyMetricConfig<Name>
> {
  static override readonly className: string = 'CategoricalCrossentropy';
  override readonly direction = 'down' as const;

  constructor(config: CategoricalCrossentropyMetricConfig<Name> = {}) {
    const { name: _name, dtype: _dtype, ...options } = config;
    super(lossValues(new CategoricalCrossentropyLoss(options)), config);
  }
}

/** Short for `new CategoricalCrossentropy(config)`. */
export const categoricalCrossentropy = <const Name extends string = 'categorical_crossentropy'>(
  config: CategoricalCrossentropyMetricConfig<Name> = {},
): CategoricalCrossentropy<Name> => new CategoricalCrossentropy(config);
