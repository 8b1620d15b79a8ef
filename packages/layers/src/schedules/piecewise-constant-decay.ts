import { ArgumentError, ops, scope, type Tensor, toTensor } from '@capas/core';
import { LearningRateSchedule } from './learning-rate-schedule.ts';

/** Options of {@link PiecewiseConstantDecay}. */
export interface PiecewiseConstantDecayConfig {
  /** The last step of each value but the last, ascending. */
  readonly boundaries: readonly number[];
  /** One more than there are boundaries. */
  readonly values: readonly number[];
  readonly name?: string;
}

/**
 * `values[0]` up to step `boundaries[0]`, that step included, then `values[1]`, and so on.
 *
 * @example
 * piecewiseConstantDecay({ boundaries: [1000, 2000], values: [0.1, 0.01, 0.001] });
 */
export class PiecewiseConstantDecay extends LearningRateSchedule<Required<PiecewiseConstantDecayConfig>> {
  static override readonly className = 'PiecewiseConstantDecay';

  constructor(config: PiecewiseConstantDecayConfig) {
    const { boundaries, values } = config;
    if (boundaries.length === 0 || boundaries.length !== values.length - 1) {
      throw new ArgumentError(
        'PiecewiseConstantDecay',
        'boundaries',
        `a list of ${values.length - 1} steps, one less than there are values`,
        boundaries,
      );
    }
    super({ name: 'PiecewiseConstant', ...config });
  }

  override call(step: Tensor): Tensor {
    const { boundaries, values } = this.config;
    return scope(() =>
      boundaries.reduceRight(
        (later, boundary, i) => ops.where(ops.lessEqual(step, boundary), values[i]!, later),
        toTensor(values.at(-1)!),
      ),
    );
  }
}

/** Makes a {@link PiecewiseConstantDecay}. */
export const piecewiseConstantDecay = (config: PiecewiseConstantDecayConfig): PiecewiseConstantDecay =>
  new PiecewiseConstantDecay(config);
