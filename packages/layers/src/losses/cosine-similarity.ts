import { ops, requireInteger, type Tensor } from '@capas/core';
import type { Resolved } from '../layer-config.ts';
import { Loss, type LossConfig } from './loss.ts';
import { epsilon, sameShapes } from './shapes.ts';

/** Options of {@link CosineSimilarity}. */
export interface CosineSimilarityConfig extends LossConfig {
  /** The axis along which vectors lie. @defaultValue `-1` */
  readonly axis?: number;
}

const defaults = { axis: -1 } as const;

/**
 * `−cos(yTrue, yPred)` along an axis: −1 for vectors of one direction, 1 for opposite ones.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `cosine_similarity`
 * @example
 * cosineSimilarity().apply([[0, 1]], [[0, 5]]); // −1
 */
export class CosineSimilarity extends Loss<Resolved<CosineSimilarityConfig, typeof defaults>> {
  static override readonly className = 'CosineSimilarity';

  constructor(config: CosineSimilarityConfig = {}) {
    super({ ...defaults, ...config });
    requireInteger('CosineSimilarity', 'axis', this.config.axis);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { axis } = this.config;
    const [truth, prediction] = sameShapes('CosineSimilarity', yTrue, yPred);
    return ops.negative(ops.sum(ops.multiply(unit(truth, axis), unit(prediction, axis)), { axis }));
  }
}

/** Short for `new CosineSimilarity(config)`. */
export const cosineSimilarity = (config: CosineSimilarityConfig = {}): CosineSimilarity => new CosineSimilarity(config);

/** Vectors divided by their length; that of a zero vector counts as 1e-7, which keeps the gradient finite. */
function unit(x: Tensor, axis: number): Tensor {
  const squared = ops.sum(ops.square(x), { axis, keepdims: true });
  return ops.multiply(x, ops.rsqrt(ops.maximum(squared, epsilon() ** 2)));
}
