import { ops, requireNumber, scope, type Tensor } from '@capas/core';
import { Regularizer } from './regularizer.ts';

/** Options of {@link L2}. */
export interface L2Config {
  /** @defaultValue 0.01 */
  readonly l2?: number | null;
}

/** `l2 · Σx²`. */
export class L2 extends Regularizer<{ l2: number }> {
  static override readonly className = 'L2';

  constructor(config: L2Config = {}) {
    super({ l2: requireNumber('L2', 'l2', config.l2 ?? 0.01, 0, Number.MAX_VALUE) });
  }

  override call(x: Tensor): Tensor {
    return scope(() => ops.multiply(ops.sum(ops.square(x)), this.config.l2));
  }
}

/** Makes an {@link L2} regularizer: `l2({ l2: 0.001 })`. */
export const l2 = (config: L2Config = {}): L2 => new L2(config);
