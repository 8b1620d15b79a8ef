import { ops, type Tensor } from '@capas/core';
import { Loss, type LossConfig } from './loss.ts';
import { margins } from './margins.ts';
import { sameShapes } from './shapes.ts';

/**
 * `mean(max(1 − yTrue · yPred, 0))` over the last axis. Labels are −1 and 1; labels all 0 and 1 are converted.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `hinge`
 * @example
 * hinge().apply([[1, -1]], [[0.5, -2]]); // (0.5 + 0) / 2 = 0.25
 */
export class Hinge extends Loss {
  static override readonly className = 'Hinge';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [truth, prediction] = sameShapes('Hinge', yTrue, yPred);
    return ops.mean(margins(truth, prediction), { axis: -1 });
  }
}

/** Short for `new Hinge(config)`. */
export const hinge = (config: LossConfig = {}): Hinge => new Hinge(config);
