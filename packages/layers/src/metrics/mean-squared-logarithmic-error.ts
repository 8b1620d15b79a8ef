import { MeanSquaredLogarithmicError as MeanSquaredLogarithmicErrorLoss } from '../losses/mean-squared-logarithmic-error.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * The mean of the squared differences of the logarithms of one plus truth and prediction.
 *
 * @see Keras 3, `keras/src/metrics/regression_metrics.py`
 * @example
 * const metric = meanSquaredLogarithmicError();
 * metric.updateState([[0]], [[Math.E - 1]]);
 * metric.result(); // 1
 */
export class MeanSquaredLogarithmicError<
  Name extends string = 'mean_squared_logarithmic_error',
> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'MeanSquaredLogarithmicError';
  override readonly direction = 'down' as const;

  constructor(config: MetricConfig<Name> = {}) {
    super(lossValues(new MeanSquaredLogarithmicErrorLoss()), config);
  }
}

/** Short for `new MeanSquaredLogarithmicError(config)`. */
export const meanSquaredLogarithmicError = <const Name extends string = 'mean_squared_logarithmic_error'>(
  config: MetricConfig<Name> = {},
): MeanSquaredLogarithmicError<Name> => new MeanSquaredLogarithmicError(config);
