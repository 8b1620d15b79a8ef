import { KLDivergence as KLDivergenceLoss } from '../losses/kl-divergence.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * The mean Kullback-Leibler divergence of the predicted distributions.
 *
 * @see Keras 3, `keras/src/metrics/probabilistic_metrics.py`
 * @example
 * const metric = klDivergence();
 * metric.updateState([[0.5, 0.5]], [[0.5, 0.5]]);
 * metric.result(); // 0
 */
export class KLDivergence<Name extends string = 'kl_divergence'> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'KLDivergence';
  override readonly direction = 'down' as const;

  constructor(config: MetricConfig<Name> = {}) {
    super(lossValues(new KLDivergenceLoss()), config);
  }
}

/** Short for `new KLDivergence(config)`. */
export const klDivergence = <const Name extends string = 'kl_divergence'>(
  config: MetricConfig<Name> = {},
): KLDivergence<Name> => new KLDivergence(config);
