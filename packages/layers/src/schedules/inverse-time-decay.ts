import { ops, requireNumber, scope, type Tensor } from '@capas/core';
import { LearningRateSchedule } from './learning-rate-schedule.ts';
import { requireDecay } from './require-decay.ts';

/** Options of {@link InverseTimeDecay}. */
export interface InverseTimeDecayConfig {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Whether it falls once every `decaySteps` steps, not at each. @defaultValue `false` */
  readonly staircase?: boolean;
  readonly name?: string;
}

/** `initialLearningRate / (1 + decayRate · step / decaySteps)`. */
export class InverseTimeDecay extends LearningRateSchedule<Required<InverseTimeDecayConfig>> {
  static override readonly className = 'InverseTimeDecay';

  constructor(config: InverseTimeDecayConfig) {
    requireDecay('InverseTimeDecay', config);
    requireNumber('InverseTimeDecay', 'decayRate', config.decayRate);
    super({ staircase: false, name: 'InverseTimeDecay', ...config });
  }

  override call(step: Tensor): Tensor {
    const { initialLearningRate, decaySteps, decayRate, staircase } = this.config;
    return scope(() => {
      const decays = ops.divide(step, decaySteps);
      const divisor = ops.add(ops.multiply(staircase ? ops.floor(decays) : decays, decayRate), 1);
      return ops.divide(initialLearningRate, divisor);
    });
  }
}

/** Makes an {@link InverseTimeDecay}. */
export const inverseTimeDecay = (config: InverseTimeDecayConfig): InverseTimeDecay => new InverseTimeDecay(config);
