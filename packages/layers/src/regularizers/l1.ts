import { ops, requireNumber, scope, type Tensor } from '@capas/core';
import { Regularizer } from './regularizer.ts';

/** Options of {@link L1}. */
export interface L1Config {
  /** @defaultValue 0.01 */
  readonly l1?: number | null;
}

/** `l1 · Σ|x|`. */
export class L1 extends Regularizer<{ l1: number }> {
  static override readonly className = 'L1';

  constructor(config: L1Config = {}) {
    super({ l1: requireNumber('L1', 'l1', config.l1 ?? 0.01, 0, Number.MAX_VALUE) });
  }

  override call(x: Tensor): Tensor {
    return scope(() => ops.multiply(ops.sum(ops.absolute(x)), this.config.l1));
  }
}

/** Makes an {@link L1} regularizer: `l1({ l1: 0.001 })`. */
export const l1 = (config: L1Config = {}): L1 => new L1(config);
