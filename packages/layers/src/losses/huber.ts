import { ops, requireNumber, type Tensor } from '@capas/core';
import type { Resolved } from '../layer-config.ts';
import { Loss, type LossConfig } from './loss.ts';
import { sameShapes } from './shapes.ts';

/** Options of {@link Huber}. */
export interface HuberConfig extends LossConfig {
  /** The error from which on the loss grows linearly. @defaultValue `1` */
  readonly delta?: number;
}

const defaults = { name: 'huber_loss', delta: 1 } as const;

/**
 * Mean over the last axis of `e² / 2` where `|e| ≤ delta`, else `delta · |e| − delta² / 2`, with `e = yPred − yTrue`.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `huber`
 * @example
 * huber().apply([[0, 0]], [[1, 3]]); // (0.5 + 2.5) / 2 = 1.5
 */
export class Huber extends Loss<Resolved<HuberConfig, typeof defaults>> {
  static override readonly className = 'Huber';

  constructor(config: HuberConfig = {}) {
    super({ ...defaults, ...config });
    requireNumber('Huber', 'delta', this.config.delta, 0);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { delta } = this.config;
    const [truth, prediction] = sameShapes('Huber', yTrue, yPred);
    const error = ops.subtract(prediction, truth);
    const size = ops.abs(error);
    const squared = ops.multiply(ops.square(error), 0.5);
    const linear = ops.subtract(ops.multiply(size, delta), delta ** 2 / 2);
    return ops.mean(ops.where(ops.lessEqual(size, delta), squared, linear), { axis: -1 });
  }
}

/** Short for `new Huber(config)`. */
export const huber = (config: HuberConfig = {}): Huber => new Huber(config);
