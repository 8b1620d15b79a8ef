import { ops, type Tensor } from '@capas/core';
import { epsilon, sameShapes } from '../losses/shapes.ts';
import type { AxisMetricConfig } from './cosine-similarity.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';

/**
 * The mean of Lin's concordance correlation along an axis: 1 where predictions equal the truth, less than Pearson's where
 * they are shifted or scaled.
 *
 * @see Keras 3, `keras/src/metrics/correlation_metrics.py`, `ConcordanceCorrelation`
 * @example
 * const metric = concordanceCorrelation();
 * metric.updateState([[0, 1, 2]], [[0, 1, 2]]);
 * metric.result(); // 1
 */
export class ConcordanceCorrelation<Name extends string = 'concordance_correlation'> extends MeanMetricWrapper<
  Name,
  AxisMetricConfig<Name>
> {
  static override readonly className: string = 'ConcordanceCorrelation';
  override readonly direction = 'up' as const;

  constructor(config: AxisMetricConfig<Name> = {}) {
    super((yTrue, yPred) => concordance(yTrue, yPred, config.axis ?? -1), config);
  }
}

/** Short for `new ConcordanceCorrelation(config)`. */
export const concordanceCorrelation = <const Name extends string = 'concordance_correlation'>(
  config: AxisMetricConfig<Name> = {},
): ConcordanceCorrelation<Name> => new ConcordanceCorrelation(config);

function concordance(yTrue: Tensor, yPred: Tensor, axis: number): Tensor {
  const [truth, prediction] = sameShapes('ConcordanceCorrelation', yTrue, yPred);
  const along = { axis, keepdims: true };
  const [trueMean, predMean] = [ops.mean(truth, along), ops.mean(prediction, along)];
  // both are taken from the mean of the predictions, as in Keras; in the mean it makes no difference
  const products = ops.multiply(ops.subtract(truth, predMean), ops.subtract(prediction, predMean));
  const variances = ops.add(ops.variance(truth, along), ops.variance(prediction, along));
  const norm = ops.add(variances, ops.square(ops.subtract(trueMean, predMean)));
  return ops.mean(ops.divide(ops.multiply(products, 2), ops.add(norm, epsilon())), { axis });
}
