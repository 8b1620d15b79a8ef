import { ops, type Tensor } from '@capas/core';
import type { Resolved } from '../layer-config.ts';
import { Loss, type LossConfig } from './loss.ts';
import { epsilon, sameShapes } from './shapes.ts';

/** Options of {@link Dice}. */
export interface DiceConfig extends LossConfig {
  /** The axes that are summed over. @defaultValue `null`: all, which gives one number for the batch */
  readonly axis?: number | readonly number[] | null;
}

const defaults = { axis: null } as const;

/**
 * `1 − 2 · sum(yTrue · yPred) / (sum(yTrue) + sum(yPred))`: how little two regions overlap, for segmentation.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `dice`
 * @example
 * dice().apply([[1, 1, 0]], [[1, 0, 0]]); // 1 − 2 · 1 / (2 + 1) = 1/3
 */
export class Dice extends Loss<Resolved<DiceConfig, typeof defaults>> {
  static override readonly className = 'Dice';

  constructor(config: DiceConfig = {}) {
    super({ ...defaults, ...config });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { axis } = this.config;
    const [truth, prediction] = sameShapes('Dice', yTrue, yPred);
    const overlap = ops.sum(ops.multiply(truth, prediction), { axis });
    const sizes = ops.add(ops.sum(truth, { axis }), ops.sum(prediction, { axis }));
    return ops.subtract(1, ops.divide(ops.multiply(overlap, 2), ops.add(sizes, epsilon())));
  }
}

/** Short for `new Dice(config)`. */
export const dice = (config: DiceConfig = {}): Dice => new Dice(config);
