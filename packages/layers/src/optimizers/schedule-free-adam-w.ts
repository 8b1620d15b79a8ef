import { ops, requireNumber, type Tensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { Optimizer, type Slots, type Step } from './optimizer.ts';
import type { OptimizerConfig } from './optimizer-config.ts';

/** Options of {@link ScheduleFreeAdamW}; the learning rate is 0.0025 unless given. */
export interface ScheduleFreeAdamWConfig extends OptimizerConfig {
  /** The share of the mean in the point where gradients are taken. @defaultValue 0.9 */
  readonly beta1?: number;
  /** The share of the old mean of squares in the new one. @defaultValue 0.999 */
  readonly beta2?: number;
  /** Keeps the divisor from 0. @defaultValue 1e-8 */
  readonly epsilon?: number;
  /** Over how many steps the learning rate rises from 0. @defaultValue 0 */
  readonly warmupSteps?: number;
}

type Own = Required<Omit<ScheduleFreeAdamWConfig, keyof OptimizerConfig>>;

/**
 * AdamW that needs no schedule: it takes gradients between a fast iterate and the mean of all iterates.
 *
 * @see Defazio et al., 2024, https://arxiv.org/abs/2405.15682
 */
export class ScheduleFreeAdamW extends Optimizer<Own> {
  static override readonly className: string = 'ScheduleFreeAdamW';
  #iterates: Slots = new Map();
  #velocities: Slots = new Map();

  constructor(config: ScheduleFreeAdamWConfig = {}) {
    const who = new.target.className;
    super(
      { learningRate: 0.0025, ...config },
      {
        beta1: requireNumber(who, 'beta1', config.beta1 ?? 0.9, 0, 1),
        beta2: requireNumber(who, 'beta2', config.beta2 ?? 0.999, 0, 1),
        epsilon: requireNumber(who, 'epsilon', config.epsilon ?? 1e-8, 0, Number.MAX_VALUE),
        warmupSteps: requireNumber(who, 'warmupSteps', config.warmupSteps ?? 0, 0, Number.MAX_VALUE),
      },
    );
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    const start = (variable: Variable): Tensor => ops.copy(variable.value);
    [this.#iterates, this.#velocities] = this.addSlots(variables, ['momentum', 'velocity'], [start]);
  }

  protected override update(pairs: readonly GradientPair[], { learningRate, number }: Step): void {
    const { beta1, beta2, epsilon, warmupSteps } = this.config;
    const warmth = warmupSteps > 0 ? ops.minimum(ops.divide(number, warmupSteps), 1) : undefined;
    const rate = warmth ? ops.multiply(learningRate, warmth) : learningRate;
    const correction2 = ops.subtract(1, ops.power(beta2, number));
    const weight = ops.divide(1, number);
    for (const { gradient, variable } of pairs) {
      const iterate = this.#iterates.get(variable)!;
      const velocity = this.#velocities.get(variable)!;
      const squares = ops.subtract(ops.square(gradient), velocity.value);
      const square = ops.add(velocity.value, ops.multiply(squares, 1 - beta2));
      const divisor = ops.add(ops.sqrt(ops.divide(square, correction2)), epsilon);
      const moved = ops.subtract(iterate.value, ops.divide(ops.multiply(gradient, rate), divisor));
      // the variable is beta1 · mean + (1 − beta1) · iterate
      const mean = ops.divide(ops.subtract(variable.value, ops.multiply(iterate.value, 1 - beta1)), beta1);
      const newMean = ops.add(mean, ops.multiply(ops.subtract(moved, mean), weight));
      this.assign(velocity, square);
      this.assign(iterate, moved);
      this.assign(variable, ops.add(ops.multiply(moved, 1 - beta1), ops.multiply(newMean, beta1)));
    }
  }
}

/** Makes a {@link ScheduleFreeAdamW} optimizer. */
export const scheduleFreeAdamW = (config: ScheduleFreeAdamWConfig = {}): ScheduleFreeAdamW =>
  new ScheduleFreeAdamW(config);
