import { ops, requireNumber, scope, type Tensor } from '@capas/core';
import { Constraint } from './constraint.ts';
import { type AxisConfig, normsAlong, rescale } from './norms.ts';

/** Options of {@link MaxNorm}. */
export interface MaxNormConfig extends AxisConfig {
  /** The greatest norm. @defaultValue 2 */
  readonly maxValue?: number;
}

/**
 * Shortens vectors whose norm is above `maxValue` to that norm.
 *
 * @see Srivastava et al., 2014, https://jmlr.org/papers/v15/srivastava14a.html
 */
export class MaxNorm extends Constraint<Required<MaxNormConfig>> {
  static override readonly className = 'MaxNorm';

  constructor(config: MaxNormConfig = {}) {
    super({ maxValue: requireNumber('MaxNorm', 'maxValue', config.maxValue ?? 2), axis: config.axis ?? 0 });
  }

  override call(w: Tensor): Tensor {
    const { maxValue, axis } = this.config;
    return scope(() => {
      const norms = normsAlong(w, axis);
      return rescale(w, norms, ops.minimum(norms, maxValue));
    });
  }
}

/** Makes a {@link MaxNorm} constraint. */
export const maxNorm = (config: MaxNormConfig = {}): MaxNorm => new MaxNorm(config);
