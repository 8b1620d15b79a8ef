import { SquaredHinge as SquaredHingeLoss } from '../losses/squared-hinge.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * The mean squared hinge loss.
 *
 * @see Keras 3, `keras/src/metrics/hinge_metrics.py`
 * @example
 * const metric = squaredHinge();
 * metric.updateState([[1, -1]], [[0.5, -2]]);
 * metric.result(); // (0.25 + 0) / 2 = 0.125
 */
export class SquaredHinge<Name extends string = 'squared_hinge'> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'SquaredHinge';
  override readonly direction = 'down' as const;

  constructor(config: MetricConfig<Name> = {}) {
    super(lossValues(new SquaredHingeLoss()), config);
  }
}

/** Short for `new SquaredHinge(config)`. */
export const squaredHinge = <const Name extends string = 'squared_hinge'>(
  config: MetricConfig<Name> = {},
): SquaredHinge<Name> => new SquaredHinge(config);
