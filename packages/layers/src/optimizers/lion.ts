import { ops, requireNumber, type Tensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { Optimizer, type Slots, type Step } from './optimizer.ts';
import type { OptimizerConfig } from './optimizer-config.ts';

/** Options of {@link Lion}; the learning rate is 0.001 unless given. */
export interface LionConfig extends OptimizerConfig {
  /** The share of the mean in the sum whose sign is taken. @defaultValue 0.9 */
  readonly beta1?: number;
  /** The share of the old mean of gradients in the new one. @defaultValue 0.99 */
  readonly beta2?: number;
}

type Own = Required<Omit<LionConfig, keyof OptimizerConfig>>;

/**
 * Steps of the same size in each element, by the sign of a mean of gradients.
 *
 * @see Chen et al., 2023, https://arxiv.org/abs/2302.06675
 */
export class Lion extends Optimizer<Own> {
  static override readonly className: string = 'Lion';
  #momentums: Slots = new Map();

  constructor(config: LionConfig = {}) {
    const who = new.target.className;
    super(
      { learningRate: 0.001, ...config },
      {
        beta1: requireNumber(who, 'beta1', config.beta1 ?? 0.9, 0, 1),
        beta2: requireNumber(who, 'beta2', config.beta2 ?? 0.99, 0, 1),
      },
    );
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#momentums] = this.addSlots(variables, ['momentum']);
  }

  protected override update(pairs: readonly GradientPair[], { learningRate }: Step): void {
    const { beta1, beta2 } = this.config;
    for (const { gradient, variable } of pairs) {
      const momentum = this.#momentums.get(variable)!;
      const mix = (share: number): Tensor =>
        ops.add(ops.multiply(momentum.value, share), ops.multiply(gradient, 1 - share));
      this.assign(variable, ops.subtract(variable.value, ops.multiply(ops.sign(mix(beta1)), learningRate)));
      this.assign(momentum, mix(beta2));
    }
  }
}

/** Makes a {@link Lion} optimizer. */
export const lion = (config: LionConfig = {}): Lion => new Lion(config);
