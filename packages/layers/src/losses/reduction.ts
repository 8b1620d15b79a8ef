import { canonicalName, ops, requireOneOf, sizeOf, type Tensor } from '@capas/core';
import type { EitherCase } from '../registry.ts';

/** How the losses of the samples become one number, or do not. */
export type ReductionName = 'sumOverBatchSize' | 'sum' | 'mean' | 'meanWithSampleWeight' | 'none';

/**
 * A {@link ReductionName} in camelCase or snake_case; `null` means `'none'`.
 *
 * `'sumOverBatchSize'` and `'mean'`: the sum divided by the number of values. `'meanWithSampleWeight'`: divided by the sum
 * of the weights.
 */
export type Reduction = EitherCase<ReductionName> | null;

const reductions = ['sumOverBatchSize', 'sum', 'mean', 'meanWithSampleWeight', 'none'] as const;

/** The reduction under its camelCase name. */
export function canonicalReduction(who: string, reduction: Reduction): ReductionName {
  if (reduction === null) return 'none';
  const name = typeof reduction === 'string' ? canonicalName(reduction) : reduction;
  return requireOneOf(who, 'reduction', name, reductions);
}

/**
 * Gives two tensors the same rank where theirs differ by a last axis of length 1: that axis is dropped from the larger
 * one, or added to the smaller one if that has rank 1 and `expandRank1` holds. Others are returned as they are.
 */
export function matchRanks(x1: Tensor, x2: Tensor, expandRank1 = true): [Tensor, Tensor] {
  if (x1.rank === x2.rank + 1 && x1.shape.at(-1) === 1) {
    return x2.rank === 1 && expandRank1 ? [x1, ops.expandDims(x2, -1)] : [ops.squeeze(x1, { axis: -1 }), x2];
  }
  if (x2.rank === x1.rank + 1 && x2.shape.at(-1) === 1) {
    return x1.rank === 1 && expandRank1 ? [ops.expandDims(x1, -1), x2] : [x1, ops.squeeze(x2, { axis: -1 })];
  }
  return [x1, x2];
}

/**
 * The weights of samples and a mask as one float32 weight. For means the mask's weights are scaled up, so that the masked
 * values do not count in the number divided by.
 */
export function mergeMask(
  sampleWeight: Tensor | undefined,
  mask: Tensor | undefined,
  reduction: ReductionName,
): Tensor | undefined {
  if (!mask) return sampleWeight;
  let weight = ops.cast(mask, 'float32');
  if (reduction === 'mean' || reduction === 'sumOverBatchSize') {
    weight = ops.multiply(weight, ops.divideNoNan(mask.size, ops.sum(weight)));
  }
  if (!sampleWeight) return weight;
  const [maskWeight, ownWeight] = matchRanks(weight, ops.cast(sampleWeight, 'float32'));
  return ops.multiply(ownWeight, maskWeight);
}

/**
 * Weights the values of samples and reduces them.
 *
 * @see Keras 3, `keras/src/losses/loss.py`, `reduce_weighted_values`
 */
export function reduceWeighted(
  values: Tensor,
  sampleWeight: Tensor | undefined,
  mask: Tensor | undefined,
  reduction: ReductionName,
): Tensor {
  let weighted = values;
  let weight = mergeMask(sampleWeight, mask, reduction);
  if (weight) {
    [weighted, weight] = matchRanks(values, ops.cast(weight, 'float32'));
    weighted = ops.multiply(weighted, weight);
  }
  if (reduction === 'none' || weighted.rank === 0) return weighted;
  const total = ops.sum(weighted);
  if (reduction === 'sum') return total;
  if (reduction === 'meanWithSampleWeight' && weight) return ops.divideNoNan(total, ops.sum(weight));
  return ops.divideNoNan(total, sizeOf(weighted.shape));
}
