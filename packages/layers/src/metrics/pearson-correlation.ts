import { ops, type Tensor } from '@capas/core';
import { sameShapes } from '../losses/shapes.ts';
import type { AxisMetricConfig } from './cosine-similarity.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';

/**
 * The mean of Pearson's correlation of truth and prediction along an axis: 1 where one is a rising line of the other.
 *
 * @see Keras 3, `keras/src/metrics/correlation_metrics.py`, `PearsonCorrelation`
 * @example
 * const metric = pearsonCorrelation();
 * metric.updateState([[0, 1, 2]], [[1, 3, 5]]);
 * metric.result(); // 1
 */
export class PearsonCorrelation<Name extends string = 'pearson_correlation'> extends MeanMetricWrapper<
  Name,
  AxisMetricConfig<Name>
> {
  static override readonly className: string = 'PearsonCorrelation';
  override readonly direction = 'up' as const;

  constructor(config: AxisMetricConfig<Name> = {}) {
    super((yTrue, yPred) => correlation(yTrue, yPred, config.axis ?? -1), config);
  }
}

/** Short for `new PearsonCorrelation(config)`. */
export const pearsonCorrelation = <const Name extends string = 'pearson_correlation'>(
  config: AxisMetricConfig<Name> = {},
): PearsonCorrelation<Name> => new PearsonCorrelation(config);

function correlation(yTrue: Tensor, yPred: Tensor, axis: number): Tensor {
  const [truth, prediction] = sameShapes('PearsonCorrelation', yTrue, yPred);
  return ops.mean(ops.multiply(standardized(truth, axis), standardized(prediction, axis)), { axis });
}

/** `(x − mean) / standard deviation` along an axis. */
function standardized(x: Tensor, axis: number): Tensor {
  const centred = ops.subtract(x, ops.mean(x, { axis, keepdims: true }));
  return ops.divide(centred, ops.std(centred, { axis, keepdims: true }));
}
