import { ops, requirePositiveInteger, type Tensor } from '@capas/core';
import { sameClasses } from '../losses/shapes.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import type { MetricConfig } from './metric.ts';

/** Options of {@link TopKCategoricalAccuracy}. */
export interface TopKCategoricalAccuracyConfig<Name extends string = string> extends MetricConfig<Name> {
  /** How many of the largest predictions count. @defaultValue `5` */
  readonly k?: number;
}

/**
 * How often the class of the one-hot label is among the `k` largest predictions.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/accuracy_metrics.py`, `TopKCategoricalAccuracy`
 * @example
 * const metric = topKCategoricalAccuracy({ k: 2 });
 * metric.updateState([[1, 0, 0]], [[0.3, 0.5, 0.2]]);
 * metric.result(); // 1
 */
export class TopKCategoricalAccuracy<Name extends string = 'top_k_categorical_accuracy'> extends MeanMetricWrapper<
  Name,
  TopKCategoricalAccuracyConfig<Name>
> {
  static override readonly className: string = 'TopKCategoricalAccuracy';
  override readonly direction = 'up' as const;

  constructor(config: TopKCategoricalAccuracyConfig<Name> = {}) {
    const k = requirePositiveInteger('TopKCategoricalAccuracy', 'k', config.k ?? 5);
    super((yTrue, yPred) => matches(yTrue, yPred, k), { k, ...config });
  }
}

/** Short for `new TopKCategoricalAccuracy(config)`. */
export const topKCategoricalAccuracy = <const Name extends string = 'top_k_categorical_accuracy'>(
  config: TopKCategoricalAccuracyConfig<Name> = {},
): TopKCategoricalAccuracy<Name> => new TopKCategoricalAccuracy(config);

function matches(yTrue: Tensor, yPred: Tensor, k: number): Tensor {
  const [truth, prediction] = sameClasses('TopKCategoricalAccuracy', yTrue, yPred);
  return inTopK(ops.argmax(truth, { axis: -1 }), prediction, k);
}

/** 1 where the class number of `labels` `[batch, …]` is among the `k` largest of `yPred` `[batch, …, classes]`. */
export function inTopK(labels: Tensor, yPred: Tensor, k: number): Tensor {
  const rows = ops.reshape(yPred, [-1, yPred.shape.at(-1)!]);
  const found = ops.inTopK(ops.cast(ops.reshape(labels, [-1]), 'int32'), rows, k);
  return ops.reshape(ops.cast(found, 'float32'), yPred.shape.slice(0, -1));
}
