import { BinaryCrossentropy as BinaryCrossentropyLoss } from '../losses/binary-crossentropy.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/** Options of {@link BinaryCrossentropy}. */
export interface BinaryCrossentropyMetricConfig<Name extends string = string> extends MetricConfig<Name> {
  /** Whether `yPred` holds logits rather than probabilities. @defaultValue `false` */
  readonly fromLogits?: boolean;
  /** How far labels are moved from 0 and 1 towards 0.5, in 0…1. @defaultValue `0` */
  readonly labelSmoothing?: number;
}

/**
 * The mean binary crossentropy.
 *
 * @see Keras 3, `keras/src/metrics/probabilistic_metrics.py`
 * @example
 * const metric = binaryCrossentropy();
 * metric.updateState([[1], [0]], [[0.5], [0.5]]);
 * metric.result(); // ln(2) = 0.693
 */
export class BinaryCrossentropy<Name extends string = 'binary_crossentropy'> extends MeanMetricWrapper<
  Name,
  BinaryCrossentropyMetricConfig<Name>
> {
  static override readonly className: string = 'BinaryCrossentropy';
  override readonly direction = 'down' as const;

  constructor(config: BinaryCrossentropyMetricConfig<Name> = {}) {
    const { name: _name, dtype: _dtype, ...options } = config;
    super(lossValues(new BinaryCrossentropyLoss(options)), config);
  }
}

/** Short for `new BinaryCrossentropy(config)`. */
export const binaryCrossentropy = <const Name extends string = 'binary_crossentropy'>(
  config: BinaryCrossentropyMetricConfig<Name> = {},
): BinaryCrossentropy<Name> => new BinaryCrossentropy(config);
