import { MeanAbsoluteError as MeanAbsoluteErrorLoss } from '../losses/mean-absolute-error.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * The mean of the absolute errors.
 *
 * @see Keras 3, `keras/src/metrics/regression_metrics.py`
 * @example
 * const metric = meanAbsoluteError();
 * metric.updateState([[0], [1]], [[2], [1]]);
 * metric.result(); // (2 + 0) / 2 = 1
 */
export class MeanAbsoluteError<Name extends string = 'mean_absolute_error'> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'MeanAbsoluteError';
  override readonly direction = 'down' as const;

  constructor(config: MetricConfig<Name> = {}) {
    super(lossValues(new MeanAbsoluteErrorLoss()), config);
  }
}

/** Short for `new MeanAbsoluteError(config)`. */
export const meanAbsoluteError = <const Name extends string = 'mean_absolute_error'>(
  config: MetricConfig<Name> = {},
): MeanAbsoluteError<Name> => new MeanAbsoluteError(config);
