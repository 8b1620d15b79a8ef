import { ops, type Tensor } from '@capas/core';
import { Loss, type LossConfig } from './loss.ts';
import { epsilon, sameShapes } from './shapes.ts';

/**
 * `100 · mean(|yTrue − yPred| / max(|yTrue|, 1e-7))` over the last axis.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `mean_absolute_percentage_error`
 * @example
 * meanAbsolutePercentageError().apply([[2, 4]], [[1, 4]]); // 100 · (1/2 + 0) / 2 = 25
 */
export class MeanAbsolutePercentageError extends Loss {
  static override readonly className = 'MeanAbsolutePercentageError';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [truth, prediction] = sameShapes('MeanAbsolutePercentageError', yTrue, yPred);
    const scale = ops.maximum(ops.abs(truth), epsilon());
    return ops.multiply(ops.mean(ops.abs(ops.divide(ops.subtract(truth, prediction), scale)), { axis: -1 }), 100);
  }
}

/** Short for `new MeanAbsolutePercentageError(config)`. */
export const meanAbsolutePercentageError = (config: LossConfig = {}): MeanAbsolutePercentageError =>
  new MeanAbsolutePercentageError(config);
