import { ops, requireNumber, scope, type Tensor } from '@capas/core';
import { Constraint } from './constraint.ts';
import { type AxisConfig, normsAlong, rescale } from './norms.ts';

/** Options of {@link MinMaxNorm}. */
export interface MinMaxNormConfig extends AxisConfig {
  /** The least norm. @defaultValue 0 */
  readonly minValue?: number;
  /** The greatest norm. @defaultValue 1 */
  readonly maxValue?: number;
  /** How far a norm outside is moved: 1 to the bound, 0 not at all. @defaultValue 1 */
  readonly rate?: number;
}

/** Moves the norms of vectors to `minValue … maxValue`. */
export class MinMaxNorm extends Constraint<Required<MinMaxNormConfig>> {
  static override readonly className = 'MinMaxNorm';

  constructor(config: MinMaxNormConfig = {}) {
    super({
      minValue: requireNumber('MinMaxNorm', 'minValue', config.minValue ?? 0),
      maxValue: requireNumber('MinMaxNorm', 'maxValue', config.maxValue ?? 1),
      rate: requireNumber('MinMaxNorm', 'rate', config.rate ?? 1),
      axis: config.axis ?? 0,
    });
  }

  override call(w: Tensor): Tensor {
    const { minValue, maxValue, rate, axis } = this.config;
    return scope(() => {
      const norms = normsAlong(w, axis);
      const within = ops.multiply(ops.clip(norms, minValue, maxValue), rate);
      return rescale(w, norms, ops.add(within, ops.multiply(norms, 1 - rate)));
    });
  }
}

/** Makes a {@link MinMaxNorm} constraint. */
export const minMaxNorm = (config: MinMaxNormConfig = {}): MinMaxNorm => new MinMaxNorm(config);
