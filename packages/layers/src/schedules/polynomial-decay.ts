import { ops, requireNumber, scope, type Tensor } from '@capas/core';
import { LearningRateSchedule } from './learning-rate-schedule.ts';
import { requireDecay } from './require-decay.ts';

/** Options of {@link PolynomialDecay}. */
export interface PolynomialDecayConfig {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** @defaultValue 0.0001 */
  readonly endLearningRate?: number;
  /** @defaultValue 1 */
  readonly power?: number;
  /** Whether it starts again, lower, with longer and longer periods. @defaultValue `false` */
  readonly cycle?: boolean;
  readonly name?: string;
}

/** From the initial to the end rate by `(1 − step / decaySteps)^power`, then constant. */
export class PolynomialDecay extends LearningRateSchedule<Required<PolynomialDecayConfig>> {
  static override readonly className = 'PolynomialDecay';

  constructor(config: PolynomialDecayConfig) {
    requireDecay('PolynomialDecay', config);
    const resolved = { endLearningRate: 0.0001, power: 1, cycle: false, name: 'PolynomialDecay', ...config };
    requireNumber('PolynomialDecay', 'endLearningRate', resolved.endLearningRate);
    requireNumber('PolynomialDecay', 'power', resolved.power);
    super(resolved);
  }

  override call(step: Tensor): Tensor {
    const { initialLearningRate, endLearningRate, power } = this.config;
    return scope(() => {
      const left = ops.power(ops.subtract(1, this.#progress(step)), power);
      return ops.add(ops.multiply(left, initialLearningRate - endLearningRate), endLearningRate);
    });
  }

  /** The share of the decay that is done, 0 … 1. */
  #progress(step: Tensor): Tensor {
    const { decaySteps, cycle } = this.config;
    const periods = ops.divide(step, decaySteps);
    if (!cycle) return ops.minimum(periods, 1);
    return ops.divide(periods, ops.maximum(ops.ceil(periods), 1));
  }
}

/** Makes a {@link PolynomialDecay}. */
export const polynomialDecay = (config: PolynomialDecayConfig): PolynomialDecay => new PolynomialDecay(config);
