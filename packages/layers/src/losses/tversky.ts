import { ops, requireNumber, type Tensor } from '@capas/core';
import type { Resolved } from '../layer-config.ts';
import type { DiceConfig } from './dice.ts';
import { Loss } from './loss.ts';
import { epsilon, sameShapes } from './shapes.ts';

/** Options of {@link Tversky}. */
export interface TverskyConfig extends DiceConfig {
  /** The weight of what is true and was not predicted. @defaultValue `0.5` */
  readonly alpha?: number;
  /** The weight of what was predicted and is not true. @defaultValue `0.5` */
  readonly beta?: number;
}

const defaults = { alpha: 0.5, beta: 0.5, axis: null } as const;

/**
 * `1 − o / (o + alpha · missed + beta · extra)` with the overlap `o = sum(yTrue · yPred)`: Dice with weights of its own for
 * both errors.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `tversky`; Salehi et al., 2017
 * @example
 * tversky().apply([[1, 1, 0]], [[1, 0, 0]]); // 1 − 1 / (1 + 0.5 · 1 + 0) = 1/3
 */
export class Tversky extends Loss<Resolved<TverskyConfig, typeof defaults>> {
  static override readonly className = 'Tversky';

  constructor(config: TverskyConfig = {}) {
    super({ ...defaults, ...config });
    requireNumber('Tversky', 'alpha', this.config.alpha, 0);
    requireNumber('Tversky', 'beta', this.config.beta, 0);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { alpha, beta, axis } = this.config;
    const [truth, prediction] = sameShapes('Tversky', yTrue, yPred);
    const overlap = ops.sum(ops.multiply(truth, prediction), { axis });
    const missed = ops.sum(ops.multiply(truth, ops.subtract(1, prediction)), { axis });
    const extra = ops.sum(ops.multiply(prediction, ops.subtract(1, truth)), { axis });
    const errors = ops.add(ops.multiply(missed, alpha), ops.multiply(extra, beta));
    return ops.subtract(1, ops.divide(overlap, ops.add(ops.add(overlap, errors), epsilon())));
  }
}

/** Short for `new Tversky(config)`. */
export const tversky = (config: TverskyConfig = {}): Tversky => new Tversky(config);
