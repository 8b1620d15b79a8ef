import { CategoricalHinge as CategoricalHingeLoss } from '../losses/categorical-hinge.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * The mean categorical hinge loss.
 *
 * @see Keras 3, `keras/src/metrics/hinge_metrics.py`
 * @example
 * const metric = categoricalHinge();
 * metric.updateState([[0, 1]], [[0.6, 0.4]]);
 * metric.result(); // 0.6 − 0.4 + 1 = 1.2
 */
export class CategoricalHinge<Name extends string = 'categorical_hinge'> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'CategoricalHinge';
  override readonly direction = 'down' as const;

  constructor(config: MetricConfig<Name> = {}) {
    super(lossValues(new CategoricalHingeLoss()), config);
  }
}

/** Short for `new CategoricalHinge(config)`. */
export const categoricalHinge = <const Name extends string = 'categorical_hinge'>(
  config: MetricConfig<Name> = {},
): CategoricalHinge<Name> => new CategoricalHinge(config);
