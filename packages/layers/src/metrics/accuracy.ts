import { ops, type Tensor } from '@capas/core';
import { sameShapes } from '../losses/shapes.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/**
 * How often predictions equal the labels exactly. For models that put out class numbers; `'accuracy'` in `compile` chooses
 * the accuracy that suits the shapes instead.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/accuracy_metrics.py`, `Accuracy`
 * @example
 * const metric = accuracy();
 * metric.updateState([1, 2], [1, 3]);
 * metric.result(); // 0.5
 */
export class Accuracy<Name extends string = 'accuracy'> extends MeanMetricWrapper<Name> {
  static override readonly className: string = 'Accuracy';
  override readonly direction = 'up' as const;

  constructor(config: MetricConfig<Name> = {}) {
    super(matches, config);
  }
}

/** Short for `new Accuracy(config)`. */
export const accuracy = <const Name extends string = 'accuracy'>(config: MetricConfig<Name> = {}): Accuracy<Name> =>
  new Accuracy(config);

function matches(yTrue: Tensor, yPred: Tensor): Tensor {
  const [truth, prediction] = sameShapes('Accuracy', yTrue, yPred);
  return ops.cast(ops.equal(truth, prediction), 'float32');
}
