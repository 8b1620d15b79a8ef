import { config, ops, scope, type Tensor } from '@capas/core';
import { Constraint } from './constraint.ts';
import { type AxisConfig, normsAlong } from './norms.ts';

/** Scales vectors to norm 1. */
export class UnitNorm extends Constraint<Required<AxisConfig>> {
  static override readonly className = 'UnitNorm';

  constructor(config: AxisConfig = {}) {
    super({ axis: config.axis ?? 0 });
  }

  override call(w: Tensor): Tensor {
    return scope(() => ops.divide(w, ops.add(normsAlong(w, this.config.axis), config.epsilon())));
  }
}

/** Makes a {@link UnitNorm} constraint. */
export const unitNorm = (config: AxisConfig = {}): UnitNorm => new UnitNorm(config);
