import { ops } from '@capas/core';
import { CosineSimilarity as CosineSimilarityLoss } from '../losses/cosine-similarity.ts';
import { lossValues } from './loss-values.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/** Options of metrics along an axis. */
export interface AxisMetricConfig<Name extends string = string> extends MetricConfig<Name> {
  /** The axis along which the values of a sample lie. @defaultValue `-1` */
  readonly axis?: number;
}

/**
 * The mean cosine of the angle between truth and prediction: 1 for vectors of one direction. The loss has the opposite sign.
 *
 * @see Keras 3, `keras/src/metrics/regression_metrics.py`, `CosineSimilarity`
 * @example
 * const metric = cosineSimilarity();
 * metric.updateState([[0, 1]], [[0, 5]]);
 * metric.result(); // 1
 */
export class CosineSimilarity<Name extends string = 'cosine_similarity'> extends MeanMetricWrapper<
  Name,
  AxisMetricConfig<Name>
> {
  static override readonly className: string = 'CosineSimilarity';
  override readonly direction = 'up' as const;

  constructor(config: AxisMetricConfig<Name> = {}) {
    const values = lossValues(new CosineSimilarityLoss({ axis: config.axis ?? -1 }));
    super((yTrue, yPred) => ops.negative(values(yTrue, yPred)), config);
  }
}

/** Short for `new CosineSimilarity(config)`. */
export const cosineSimilarity = <const Name extends string = 'cosine_similarity'>(
  config: AxisMetricConfig<Name> = {},
): CosineSimilarity<Name> => new CosineSimilarity(config);
