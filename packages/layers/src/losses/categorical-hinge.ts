import { ops, type Tensor } from '@capas/core';
import { Loss, type LossConfig } from './loss.ts';
import { sameClasses } from './shapes.ts';

/**
 * `max(neg − pos + 1, 0)` with `pos = sum(yTrue · yPred)` and `neg = max((1 − yTrue) · yPred)` over the last axis.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `categorical_hinge`
 * @example
 * categoricalHinge().apply([[0, 1]], [[0.6, 0.4]]); // 0.6 − 0.4 + 1 = 1.2
 */
export class CategoricalHinge extends Loss {
  static override readonly className = 'CategoricalHinge';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [truth, prediction] = sameClasses('CategoricalHinge', yTrue, yPred);
    const positive = ops.sum(ops.multiply(truth, prediction), { axis: -1 });
    const negative = ops.max(ops.multiply(ops.subtract(1, truth), prediction), { axis: -1 });
    return ops.maximum(ops.add(ops.subtract(negative, positive), 1), 0);
  }
}

/** Short for `new CategoricalHinge(config)`. */
export const categoricalHinge = (config: LossConfig = {}): CategoricalHinge => new CategoricalHinge(config);
