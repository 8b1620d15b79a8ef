import { ops, type Tensor } from '@capas/core';
import { Loss, type LossConfig } from './loss.ts';
import { epsilon, sameShapes } from './shapes.ts';

/**
 * `mean(yPred − yTrue · ln(yPred + 1e-7))` over the last axis: for counts.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `poisson`
 * @example
 * poisson().apply([[1]], [[1]]); // 1 − ln(1) = 1
 */
export class Poisson extends Loss {
  static override readonly className = 'Poisson';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [truth, prediction] = sameShapes('Poisson', yTrue, yPred);
    const logarithm = ops.log(ops.add(prediction, epsilon()));
    return ops.mean(ops.subtract(prediction, ops.multiply(truth, logarithm)), { axis: -1 });
  }
}

/** Short for `new Poisson(config)`. */
export const poisson = (config: LossConfig = {}): Poisson => new Poisson(config);
