import { LogCosh as LogCoshLoss } from '../losses/log-cosh.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * The mean of the logarithm of the hyperbolic cosine of the errors.
 *
 * @see Keras 3, `keras/src/metrics/regression_metrics.py`
 * @example
 * const metric = logCoshError();
 * metric.updateState([[0]], [[1]]);
 * metric.result(); // ln(cosh(1)) = 0.434
 */
export class LogCoshError<Name extends string = 'logcosh'> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'LogCoshError';
  override readonly direction = 'down' as const;

  constructor(config: MetricConfig<Name> = {}) {
    // without a name in the config, `Name` is this default
    super(lossValues(new LogCoshLoss()), { name: 'logcosh' as Name, ...config });
  }
}

/** Short for `new LogCoshError(config)`. */
export const logCoshError = <const Name extends string = 'logcosh'>(
  config: MetricConfig<Name> = {},
): LogCoshError<Name> => new LogCoshError(config);
