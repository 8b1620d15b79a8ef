import { ops, type Tensor } from '@capas/core';
import { sameClasses } from '../losses/shapes.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * How often the class with the largest prediction is that of the one-hot label.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/accuracy_metrics.py`, `CategoricalAccuracy`
 * @example
 * const metric = categoricalAccuracy();
 * metric.updateState([[0, 1], [1, 0]], [[0.1, 0.9], [0.4, 0.6]]);
 * metric.result(); // 0.5
 */
export class CategoricalAccuracy<Name extends string = 'categorical_accuracy'> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'CategoricalAccuracy';
  override readonly direction = 'up' as const;

  constructor(config: MetricConfig<Name> = {}) {
    super(matches, config);
  }
}

/** Short for `new CategoricalAccuracy(config)`. */
export const categoricalAccuracy = <const Name extends string = 'categorical_accuracy'>(
  config: MetricConfig<Name> = {},
): CategoricalAccuracy<Name> => new CategoricalAccuracy(config);

function matches(yTrue: Tensor, yPred: Tensor): Tensor {
  const [truth, prediction] = sameClasses('CategoricalAccuracy', yTrue, yPred);
  return ops.cast(ops.equal(ops.argmax(truth, { axis: -1 }), ops.argmax(prediction, { axis: -1 })), 'float32');
}
