import type { Loss } from '../losses/loss.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/** The mean of what a loss says of each sample: the metric of losses that have no metric class in Keras. */
export class LossMetric<Name extends string = string> extends MeanMetricWrapper<Name> {
  override readonly direction = 'down' as const;

  constructor(loss: Loss, config: MetricConfig<Name>) {
    super(lossValues(loss), config);
  }
}
