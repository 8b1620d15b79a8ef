import { ops, type Tensor } from '@capas/core';
import { Loss, type LossConfig } from './loss.ts';
import { margins } from './margins.ts';
import { sameShapes } from './shapes.ts';

/**
 * `mean(max(1 − yTrue · yPred, 0)²)` over the last axis. Labels are −1 and 1; labels all 0 and 1 are converted.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `squared_hinge`
 * @example
 * squaredHinge().apply([[1, -1]], [[0.5, -2]]); // (0.25 + 0) / 2 = 0.125
 */
export class SquaredHinge extends Loss {
  static override readonly className = 'SquaredHinge';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [truth, prediction] = sameShapes('SquaredHinge', yTrue, yPred);
    return ops.mean(ops.square(margins(truth, prediction)), { axis: -1 });
  }
}

/** Short for `new SquaredHinge(config)`. */
export const squaredHinge = (config: LossConfig = {}): SquaredHinge => new SquaredHinge(config);
