import { ops, requireNumber, scope, type Tensor } from '@capas/core';
import { LearningRateSchedule } from './learning-rate-schedule.ts';
import { requireDecay } from './require-decay.ts';

/** Options of {@link ExponentialDecay}. */
export interface ExponentialDecayConfig {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Whether it falls once every `decaySteps` steps, not at each. @defaultValue `false` */
  readonly staircase?: boolean;
  readonly name?: string;
}

/** `initialLearningRate · decayRate^(step / decaySteps)`. */
export class ExponentialDecay extends LearningRateSchedule<Required<ExponentialDecayConfig>> {
  static override readonly className = 'ExponentialDecay';

  constructor(config: ExponentialDecayConfig) {
    requireDecay('ExponentialDecay', config);
    requireNumber('ExponentialDecay', 'decayRate', config.decayRate);
    super({ staircase: false, name: 'ExponentialDecay', ...config });
  }

  override call(step: Tensor): Tensor {
    const { initialLearningRate, decaySteps, decayRate, staircase } = this.config;
    return scope(() => {
      const decays = ops.divide(step, decaySteps);
      return ops.multiply(ops.power(decayRate, staircase ? ops.floor(decays) : decays), initialLearningRate);
    });
  }
}

/** Makes an {@link ExponentialDecay}. */
export const exponentialDecay = (config: ExponentialDecayConfig): ExponentialDecay => new ExponentialDecay(config);
