import { Hinge as HingeLoss } from '../losses/hinge.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * The mean hinge loss.
 *
 * @see Keras 3, `keras/src/metrics/hinge_metrics.py`
 * @example
 * const metric = hinge();
 * metric.updateState([[1, -1]], [[0.5, -2]]);
 * metric.result(); // (0.5 + 0) / 2 = 0.25
 */
export class Hinge<Name extends string = 'hinge'> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'Hinge';
  override readonly direction = 'down' as const;

  constructor(config: MetricConfig<Name> = {}) {
    super(lossValues(new HingeLoss()), config);
  }
}

/** Short for `new Hinge(config)`. */
export const hinge = <const Name extends string = 'hinge'>(config: MetricConfig<Name> = {}): Hinge<Name> =>
  new Hinge(config);
