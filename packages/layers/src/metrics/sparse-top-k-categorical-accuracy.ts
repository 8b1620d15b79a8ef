import { ops, requirePositiveInteger, type Tensor } from '@capas/core';
import { withoutClassAxis } from '../losses/shapes.ts';
import { MeanMetricWrapper } from './mean-metric-wrapper.ts';
import { inTopK, type TopKCategoricalAccuracyConfig } from './top-k-categorical-accuracy.ts';

/** Options of {@link SparseTopKCategoricalAccuracy}. */
export interface SparseTopKCategoricalAccuracyConfig<Name extends string = string>
  extends TopKCategoricalAccuracyConfig<Name> {
  /** Whether `yPred` holds class numbers, best first, rather than scores. @defaultValue `false` */
  readonly fromSortedIds?: boolean;
}

/**
 * How often the label, a class number, is among the `k` largest predictions.
 *
 * @throws ShapeError if the shapes do not fit.
 * @see Keras 3, `keras/src/metrics/accuracy_metrics.py`, `SparseTopKCategoricalAccuracy`
 * @example
 * const metric = sparseTopKCategoricalAccuracy({ k: 2 });
 * metric.updateState([0], [[0.3, 0.5, 0.2]]);
 * metric.result(); // 1
 */
export class SparseTopKCategoricalAccuracy<
  Name extends string = 'sparse_top_k_categorical_accuracy',
> extends MeanMetricWrapper<Name, SparseTopKCategoricalAccuracyConfig<Name>> {
  static override readonly className: string = 'SparseTopKCategoricalAccuracy';
  override readonly direction = 'up' as const;

  constructor(config: SparseTopKCategoricalAccuracyConfig<Name> = {}) {
    const k = requirePositiveInteger('SparseTopKCategoricalAccuracy', 'k', config.k ?? 5);
    const matches = config.fromSortedIds ? matchesOfIds : matchesOfScores;
    super((yTrue, yPred) => matches(yTrue, yPred, k), { k, ...config });
  }
}

/** Short for `new SparseTopKCategoricalAccuracy(config)`. */
export const sparseTopKCategoricalAccuracy = <const Name extends string = 'sparse_top_k_categorical_accuracy'>(
  config: SparseTopKCategoricalAccuracyConfig<Name> = {},
): SparseTopKCategoricalAccuracy<Name> => new SparseTopKCategoricalAccuracy(config);

function matchesOfScores(yTrue: Tensor, yPred: Tensor, k: number): Tensor {
  withoutClassAxis('SparseTopKCategoricalAccuracy', yTrue, yPred);
  return inTopK(yTrue, yPred, k);
}

function matchesOfIds(yTrue: Tensor, yPred: Tensor, k: number): Tensor {
  const shape = withoutClassAxis('SparseTopKCategoricalAccuracy', yTrue, yPred);
  const labels = ops.expandDims(ops.reshape(yTrue, shape), -1);
  const rank = ops.arange(yPred.shape.at(-1)!);
  const hits = ops.logicalAnd(ops.equal(labels, yPred), ops.less(rank, k));
  return ops.cast(ops.any(hits, { axis: -1 }), 'float32');
}
