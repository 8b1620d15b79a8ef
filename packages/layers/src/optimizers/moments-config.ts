import { requireNumber } from '@capas/core';
import type { OptimizerConfig } from './optimizer-config.ts';

/** Options of the optimizers that keep moving averages of the gradients and of their size, as Adam does. */
export interface MomentsConfig extends OptimizerConfig {
  /** The share of the old mean of gradients in the new one. @defaultValue 0.9 */
  readonly beta1?: number;
  /** The share of the old mean of squares (of the old norm, in Adamax) in the new one. @defaultValue 0.999 */
  readonly beta2?: number;
  /** Keeps the divisor from 0. @defaultValue 1e-7 */
  readonly epsilon?: number;
}

/** Those options, checked, with Keras's defaults. */
export type Moments = Required<Omit<MomentsConfig, keyof OptimizerConfig>>;

/** Checks the options. @throws ArgumentError */
export const resolveMoments = (
  who: string,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }: MomentsConfig,
): Moments => ({
  beta1: requireNumber(who, 'beta1', beta1, 0, 1),
  beta2: requireNumber(who, 'beta2', beta2, 0, 1),
  epsilon: requireNumber(who, 'epsilon', epsilon, 0, Number.MAX_VALUE),
});
