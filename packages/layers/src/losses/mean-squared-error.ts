import { ops, type Tensor } from '@capas/core';
import { Loss, type LossConfig } from './loss.ts';
import { sameShapes } from './shapes.ts';

/**
 * `mean((yTrue − yPred)²)` over the last axis.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `mean_squared_error`
 * @example
 * meanSquaredError().apply([[0, 1]], [[0, 3]]); // (0² + 2²) / 2 = 2
 */
export class MeanSquaredError extends Loss {
  static override readonly className = 'MeanSquaredError';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [truth, prediction] = sameShapes('MeanSquaredError', yTrue, yPred);
    return ops.mean(ops.square(ops.subtract(truth, prediction)), { axis: -1 });
  }
}

/** Short for `new MeanSquaredError(config)`. */
export const meanSquaredError = (config: LossConfig = {}): MeanSquaredError => new MeanSquaredError(config);
