import { ops, requireNumber, type Tensor } from '@capas/core';
import { sameShapes } from '../losses/shapes.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/** Options of {@link BinaryAccuracy}. */
export interface BinaryAccuracyConfig<Name extends string = string> extends MetricConfig<Name> {
  /** The prediction above which class 1 is meant. @defaultValue `0.5` */
  readonly threshold?: number;
}

/**
 * How often `yPred > threshold` equals the label, 0 or 1.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/accuracy_metrics.py`, `BinaryAccuracy`
 * @example
 * const metric = binaryAccuracy();
 * metric.updateState([[1], [0]], [[0.9], [0.6]]);
 * metric.result(); // 0.5
 */
export class BinaryAccuracy<Name extends string = 'binary_accuracy'> extends MeanMetricWrapper<
  Name,
  BinaryAccuracyConfig<Name>
> {
  static override readonly className: string = 'BinaryAccuracy';
  override readonly direction = 'up' as const;

  constructor(config: BinaryAccuracyConfig<Name> = {}) {
    const threshold = requireNumber('BinaryAccuracy', 'threshold', config.threshold ?? 0.5);
    super((yTrue, yPred) => matches(yTrue, yPred, threshold), { threshold, ...config });
  }
}

/** Short for `new BinaryAccuracy(config)`. */
export const binaryAccuracy = <const Name extends string = 'binary_accuracy'>(
  config: BinaryAccuracyConfig<Name> = {},
): BinaryAccuracy<Name> => new BinaryAccuracy(config);

function matches(yTrue: Tensor, yPred: Tensor, threshold: number): Tensor {
  const [truth, prediction] = sameShapes('BinaryAccuracy', yTrue, yPred);
  const positive = ops.cast(ops.greater(prediction, threshold), 'float32');
  return ops.cast(ops.equal(truth, positive), 'float32');
}
