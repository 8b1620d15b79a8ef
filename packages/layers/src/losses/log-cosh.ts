import { ops, type Tensor } from '@capas/core';
import { Loss, type LossConfig } from './loss.ts';
import { sameShapes } from './shapes.ts';

/**
 * `mean(ln(cosh(yPred − yTrue)))` over the last axis: squared for small errors, absolute for large ones.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `log_cosh`
 * @example
 * logCosh().apply([[0]], [[1]]); // ln(cosh(1)) = 0.434
 */
export class LogCosh extends Loss {
  static override readonly className = 'LogCosh';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [truth, prediction] = sameShapes('LogCosh', yTrue, yPred);
    const error = ops.subtract(prediction, truth);
    const logCosh = ops.subtract(ops.add(error, ops.softplus(ops.multiply(error, -2))), Math.LN2);
    return ops.mean(logCosh, { axis: -1 });
  }
}

/** Short for `new LogCosh(config)`. */
export const logCosh = (config: LossConfig = {}): LogCosh => new LogCosh(config);
