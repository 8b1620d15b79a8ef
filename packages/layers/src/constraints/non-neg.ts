import { ops, type Tensor } from '@capas/core';
import { Constraint } from './constraint.ts';

/** Sets negative values to 0. */
export class NonNeg extends Constraint {
  static override readonly className = 'NonNeg';

  constructor(_config: object = {}) {
    super({});
  }

  override call(w: Tensor): Tensor {
    return ops.maximum(w, 0);
  }
}

/** Makes a {@link NonNeg} constraint. */
export const nonNeg = (config: object = {}): NonNeg => new NonNeg(config);
