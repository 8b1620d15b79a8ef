import { ops, requireNumber, scope, type Tensor } from '@capas/core';
import { LearningRateSchedule } from './learning-rate-schedule.ts';
import { requireDecay } from './require-decay.ts';

/** Options of {@link CosineDecay}. */
export interface CosineDecayConfig {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** The end as a share of the start. @defaultValue 0 */
  readonly alpha?: number;
  /** What the warm-up rises to, and the decay starts from; `null`: no warm-up. @defaultValue `null` */
  readonly warmupTarget?: number | null;
  /** @defaultValue 0 */
  readonly warmupSteps?: number;
  readonly name?: string;
}

/**
 * Half a cosine from the initial rate down to `alpha` times it, after a linear warm-up if one is asked for.
 *
 * @see Loshchilov and Hutter, 2016, https://arxiv.org/abs/1608.03983
 * @example
 * cosineDecay({ initialLearningRate: 0, decaySteps: 10_000, warmupTarget: 0.001, warmupSteps: 1000 });
 */
export class CosineDecay extends LearningRateSchedule<Required<CosineDecayConfig>> {
  static override readonly className = 'CosineDecay';

  constructor(config: CosineDecayConfig) {
    requireDecay('CosineDecay', config);
    const resolved = { alpha: 0, name: 'CosineDecay', warmupTarget: null, warmupSteps: 0, ...config };
    requireNumber('CosineDecay', 'alpha', resolved.alpha);
    requireNumber('CosineDecay', 'warmupSteps', resolved.warmupSteps, 0);
    super(resolved);
  }

  override call(step: Tensor): Tensor {
    const { initialLearningRate: initial, warmupTarget: target, warmupSteps } = this.config;
    return scope(() => {
      if (target === null) return this.#decay(step, initial);
      const decayed = this.#decay(ops.subtract(step, warmupSteps), target);
      if (warmupSteps === 0) return decayed;
      const rising = ops.add(ops.multiply(ops.divide(step, warmupSteps), target - initial), initial);
      return ops.where(ops.less(step, warmupSteps), rising, decayed);
    });
  }

  #decay(step: Tensor, from: number): Tensor {
    const { decaySteps, alpha } = this.config;
    const done = ops.minimum(ops.divide(step, decaySteps), 1);
    const falling = ops.add(ops.cos(ops.multiply(done, Math.PI)), 1);
    return ops.add(ops.multiply(falling, (from * (1 - alpha)) / 2), from * alpha);
  }
}

/** Makes a {@link CosineDecay}. */
export const cosineDecay = (config: CosineDecayConfig): CosineDecay => new CosineDecay(config);
