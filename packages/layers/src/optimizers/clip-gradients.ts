import { ops, type Tensor } from '@capas/core';
import type { ResolvedOptimizerConfig } from './optimizer-config.ts';

/** The gradients, limited as the options ask. A limit of 0 counts as none, as in Keras. */
export function clipGradients(
  gradients: readonly Tensor[],
  { clipnorm, globalClipnorm, clipvalue }: ResolvedOptimizerConfig,
): readonly Tensor[] {
  if (clipnorm) return gradients.map((gradient) => clipByNorm(gradient, clipnorm));
  if (globalClipnorm) return clipByGlobalNorm(gradients, globalClipnorm);
  if (clipvalue) return gradients.map((gradient) => ops.clip(gradient, -clipvalue, clipvalue));
  return gradients;
}

function clipByNorm(gradient: Tensor, limit: number): Tensor {
  const norm = ops.sqrt(ops.sum(ops.square(gradient)));
  return ops.multiply(gradient, ops.divide(limit, ops.maximum(norm, limit)));
}

function clipByGlobalNorm(gradients: readonly Tensor[], limit: number): readonly Tensor[] {
  const squares = gradients.map((gradient) => ops.sum(ops.square(gradient)));
  const norm = ops.sqrt(squares.reduce((total, square) => ops.add(total, square)));
  // an infinite norm makes every gradient NaN, so that the trouble is seen
  const share = ops.add(ops.divide(limit, ops.maximum(norm, limit)), ops.subtract(norm, norm));
  return gradients.map((gradient) => ops.multiply(gradient, share));
}
