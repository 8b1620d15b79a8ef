import { MeanAbsolutePercentageError as MeanAbsolutePercentageErrorLoss } from '../losses/mean-absolute-percentage-error.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * The mean of the errors in percent of the truth.
 *
 * @see Keras 3, `keras/src/metrics/regression_metrics.py`
 * @example
 * const metric = meanAbsolutePercentageError();
 * metric.updateState([[2]], [[1]]);
 * metric.result(); // 50
 */
export class MeanAbsolutePercentageError<
  Name extends string = 'mean_absolute_percentage_error',
> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'MeanAbsolutePercentageError';
  override readonly direction = 'down' as const;

  constructor(config: MetricConfig<Name> = {}) {
    super(lossValues(new MeanAbsolutePercentageErrorLoss()), config);
  }
}

/** Short for `new MeanAbsolutePercentageError(config)`. */
export const meanAbsolutePercentageError = <const Name extends string = 'mean_absolute_percentage_error'>(
  config: MetricConfig<Name> = {},
): MeanAbsolutePercentageError<Name> => new MeanAbsolutePercentageError(config);
