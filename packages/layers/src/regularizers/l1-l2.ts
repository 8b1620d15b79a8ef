import { ops, requireNumber, scope, type Tensor, toTensor } from '@capas/core';
import { Regularizer } from './regularizer.ts';

/** Options of {@link L1L2}. */
export interface L1L2Config {
  /** @defaultValue 0 */
  readonly l1?: number | null;
  /** @defaultValue 0 */
  readonly l2?: number | null;
}

/** `l1 · Σ|x| + l2 · Σx²`. */
export class L1L2 extends Regularizer<{ l1: number; l2: number }> {
  static override readonly className = 'L1L2';

  constructor(config: L1L2Config = {}) {
    super({
      l1: requireNumber('L1L2', 'l1', config.l1 ?? 0, 0, Number.MAX_VALUE),
      l2: requireNumber('L1L2', 'l2', config.l2 ?? 0, 0, Number.MAX_VALUE),
    });
  }

  override call(x: Tensor): Tensor {
    const { l1, l2 } = this.config;
    return scope(() => {
      const absolute = l1 === 0 ? undefined : ops.multiply(ops.sum(ops.absolute(x)), l1);
      const square = l2 === 0 ? undefined : ops.multiply(ops.sum(ops.square(x)), l2);
      if (absolute && square) return ops.add(absolute, square);
      return absolute ?? square ?? toTensor(0);
    });
  }
}

/** Makes an {@link L1L2} regularizer. */
export const l1L2 = (config: L1L2Config = {}): L1L2 => new L1L2(config);
