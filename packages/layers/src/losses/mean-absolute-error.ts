import { ops, type Tensor } from '@capas/core';
import { Loss, type LossConfig } from './loss.ts';
import { sameShapes } from './shapes.ts';

/**
 * `mean(|yTrue − yPred|)` over the last axis.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `mean_absolute_error`
 * @example
 * meanAbsoluteError().apply([[0, 1]], [[0, 3]]); // (0 + 2) / 2 = 1
 */
export class MeanAbsoluteError extends Loss {
  static override readonly className = 'MeanAbsoluteError';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [truth, prediction] = sameShapes('MeanAbsoluteError', yTrue, yPred);
    return ops.mean(ops.abs(ops.subtract(truth, prediction)), { axis: -1 });
  }
}

/** Short for `new MeanAbsoluteError(config)`. */
export const meanAbsoluteError = (config: LossConfig = {}): MeanAbsoluteError => new MeanAbsoluteError(config);
