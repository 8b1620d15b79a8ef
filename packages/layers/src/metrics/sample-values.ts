import { ops, type Tensor } from '@capas/core';
import { matchRanks, mergeMask } from '../losses/reduction.ts';
import { maskOf } from '../masking.ts';

/** One value per sample, and its weight. */
export interface SampleValues {
  readonly values: Tensor;
  readonly weight: Tensor | undefined;
}

/**
 * Reduces values to one per sample, multiplied by its weight.
 *
 * @see Keras 3, `keras/src/metrics/reduction_metrics.py`, `reduce_to_samplewise_values`
 */
export function sampleValues(values: Tensor, sampleWeight: Tensor | undefined, reduce: 'sum' | 'mean'): SampleValues {
  let each = ops.cast(values, 'float32');
  if (!sampleWeight) return { values: reduceFrom(each, 1, reduce), weight: undefined };
  let weight = mergeMask(ops.cast(sampleWeight, 'float32'), maskOf(values), 'sum')!;
  [each, weight] = matchRanks(each, weight);
  each = reduceFrom(each, weight.rank, reduce);
  weight = ops.broadcastTo(weight, each.shape);
  return { values: reduceFrom(ops.multiply(each, weight), 1, reduce), weight: reduceFrom(weight, 1, reduce) };
}

/** Reduces the axes from `first` on. */
function reduceFrom(x: Tensor, first: number, reduce: 'sum' | 'mean'): Tensor {
  if (x.rank <= first) return x;
  return ops[reduce](x, { axis: Array.from({ length: x.rank - first }, (_, i) => first + i) });
}
