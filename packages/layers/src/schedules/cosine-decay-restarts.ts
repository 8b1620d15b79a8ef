import { ops, requireNumber, scope, type Tensor } from '@capas/core';
import { LearningRateSchedule } from './learning-rate-schedule.ts';
import { requirePositive } from './require-decay.ts';

/** Options of {@link CosineDecayRestarts}. */
export interface CosineDecayRestartsConfig {
  readonly initialLearningRate: number;
  readonly firstDecaySteps: number;
  /** How much longer each period is than the one before. @defaultValue 2 */
  readonly tMul?: number;
  /** How much lower each period starts. @defaultValue 1 */
  readonly mMul?: number;
  /** The end of each period as a share of the initial rate. @defaultValue 0 */
  readonly alpha?: number;
  readonly name?: string;
}

/**
 * {@link CosineDecay} that starts again and again, in longer periods.
 *
 * @see Loshchilov and Hutter, 2016, https://arxiv.org/abs/1608.03983
 */
export class CosineDecayRestarts extends LearningRateSchedule<Required<CosineDecayRestartsConfig>> {
  static override readonly className = 'CosineDecayRestarts';

  constructor(config: CosineDecayRestartsConfig) {
    const resolved = { tMul: 2, mMul: 1, alpha: 0, name: 'SGDRDecay', ...config };
    requireNumber('CosineDecayRestarts', 'initialLearningRate', resolved.initialLearningRate);
    requirePositive('CosineDecayRestarts', 'firstDecaySteps', resolved.firstDecaySteps);
    requirePositive('CosineDecayRestarts', 'tMul', resolved.tMul);
    requireNumber('CosineDecayRestarts', 'mMul', resolved.mMul);
    requireNumber('CosineDecayRestarts', 'alpha', resolved.alpha);
    super(resolved);
  }

  override call(step: Tensor): Tensor {
    const { initialLearningRate, mMul, alpha } = this.config;
    return scope(() => {
      const { restarts, done } = this.#period(step);
      const falling = ops.add(ops.cos(ops.multiply(done, Math.PI)), 1);
      const height = ops.multiply(ops.power(mMul, restarts), (initialLearningRate * (1 - alpha)) / 2);
      return ops.add(ops.multiply(falling, height), initialLearningRate * alpha);
    });
  }

  /** How often it has started again, and the share of the present period that is done. */
  #period(step: Tensor): { restarts: Tensor; done: Tensor } {
    const { firstDecaySteps, tMul } = this.config;
    const periods = ops.divide(step, firstDecaySteps);
    if (tMul === 1) {
      const restarts = ops.floor(periods);
      return { restarts, done: ops.subtract(periods, restarts) };
    }
    // i periods last (tMul^i − 1) / (tMul − 1) first periods
    const restarts = ops.floor(ops.divide(ops.log(ops.add(ops.multiply(periods, tMul - 1), 1)), ops.log(tMul)));
    const length = ops.power(tMul, restarts);
    const start = ops.divide(ops.subtract(length, 1), tMul - 1);
    return { restarts, done: ops.divide(ops.subtract(periods, start), length) };
  }
}

/** Makes a {@link CosineDecayRestarts}. */
export const cosineDecayRestarts = (config: CosineDecayRestartsConfig): CosineDecayRestarts =>
  new CosineDecayRestarts(config);
