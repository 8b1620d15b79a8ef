import { Poisson as PoissonLoss } from '../losses/poisson.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * The mean Poisson loss `yPred − yTrue · ln(yPred)`.
 *
 * @see Keras 3, `keras/src/metrics/probabilistic_metrics.py`
 * @example
 * const metric = poisson();
 * metric.updateState([[1]], [[1]]);
 * metric.result(); // 1
 */
export class Poisson<Name extends string = 'poisson'> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'Poisson';
  override readonly direction = 'down' as const;

  constructor(config: MetricConfig<Name> = {}) {
    super(lossValues(new PoissonLoss()), config);
  }
}

/** Short for `new Poisson(config)`. */
export const poisson = <const Name extends string = 'poisson'>(config: MetricConfig<Name> = {}): Poisson<Name> =>
  new Poisson(config);
