import { ops, type Tensor } from '@capas/core';
import { Loss, type LossConfig } from './loss.ts';
import { epsilon, sameShapes } from './shapes.ts';

/**
 * `sum(yTrue · ln(yTrue / yPred))` over the last axis, both limited to 1e-7 … 1: how far two distributions are apart.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `kl_divergence`
 * @example
 * klDivergence().apply([[0.5, 0.5]], [[0.5, 0.5]]); // 0
 */
export class KLDivergence extends Loss {
  static override readonly className = 'KLDivergence';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [truth, prediction] = sameShapes('KLDivergence', yTrue, yPred);
    const p = ops.clip(truth, epsilon(), 1);
    const q = ops.clip(prediction, epsilon(), 1);
    return ops.sum(ops.multiply(p, ops.log(ops.divide(p, q))), { axis: -1 });
  }
}

/** Short for `new KLDivergence(config)`. */
export const klDivergence = (config: LossConfig = {}): KLDivergence => new KLDivergence(config);
