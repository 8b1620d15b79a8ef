import { ops, type Tensor } from '@capas/core';
import { withoutClassAxis } from '../losses/shapes.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * How often the class with the largest prediction is the label, a class number.
 *
 * Shapes: `yTrue` `[batch, …]` or `[batch, …, 1]`, `yPred` `[batch, …, classes]`.
 *
 * @throws ShapeError if the shapes do not fit.
 * @see Keras 3, `keras/src/metrics/accuracy_metrics.py`, `SparseCategoricalAccuracy`
 * @example
 * const metric = sparseCategoricalAccuracy();
 * metric.updateState([1, 0], [[0.1, 0.9], [0.4, 0.6]]);
 * metric.result(); // 0.5
 */
export class SparseCategoricalAccuracy<
  Name extends string = 'sparse_categorical_accuracy',
> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'SparseCategoricalAccuracy';
  override readonly direction = 'up' as const;

  constructor(config: MetricConfig<Name> = {}) {
    super(matches, config);
  }
}

/** Short for `new SparseCategoricalAccuracy(config)`. */
export const sparseCategoricalAccuracy = <const Name extends string = 'sparse_categorical_accuracy'>(
  config: MetricConfig<Name> = {},
): SparseCategoricalAccuracy<Name> => new SparseCategoricalAccuracy(config);

function matches(yTrue: Tensor, yPred: Tensor): Tensor {
  const labels = ops.reshape(yTrue, withoutClassAxis('SparseCategoricalAccuracy', yTrue, yPred));
  return ops.cast(ops.equal(labels, ops.argmax(yPred, { axis: -1 })), 'float32');
}
