import { ops, type Tensor } from '@capas/core';
import { Loss, type LossConfig } from './loss.ts';
import { epsilon, sameShapes } from './shapes.ts';

/**
 * `mean((ln(yTrue + 1) − ln(yPred + 1))²)` over the last axis; numbers below 1e-7 count as 1e-7.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `mean_squared_logarithmic_error`
 * @example
 * meanSquaredLogarithmicError().apply([[0]], [[Math.E - 1]]); // 1
 */
export class MeanSquaredLogarithmicError extends Loss {
  static override readonly className = 'MeanSquaredLogarithmicError';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [truth, prediction] = sameShapes('MeanSquaredLogarithmicError', yTrue, yPred);
    const difference = ops.subtract(logarithm(prediction), logarithm(truth));
    return ops.mean(ops.square(difference), { axis: -1 });
  }
}

/** Short for `new MeanSquaredLogarithmicError(config)`. */
export const meanSquaredLogarithmicError = (config: LossConfig = {}): MeanSquaredLogarithmicError =>
  new MeanSquaredLogarithmicError(config);

const logarithm = (x: Tensor): Tensor => ops.log(ops.add(ops.maximum(x, epsilon()), 1));
