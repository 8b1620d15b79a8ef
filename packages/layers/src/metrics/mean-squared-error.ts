import { MeanSquaredError as MeanSquaredErrorLoss } from '../losses/mean-squared-error.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * The mean of the squared errors.
 *
 * @see Keras 3, `keras/src/metrics/regression_metrics.py`
 * @example
 * const metric = meanSquaredError();
 * metric.updateState([[0], [1]], [[2], [1]]);
 * metric.result(); // (4 + 0) / 2 = 2
 */
export class MeanSquaredError<Name extends string = 'mean_squared_error'> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'MeanSquaredError';
  override readonly direction = 'down' as const;

  constructor(config: MetricConfig<Name> = {}) {
    super(lossValues(new MeanSquaredErrorLoss()), config);
  }
}

/** Short for `new MeanSquaredError(config)`. */
export const meanSquaredError = <const Name extends string = 'mean_squared_error'>(
  config: MetricConfig<Name> = {},
): MeanSquaredError<Name> => new MeanSquaredError(config);
