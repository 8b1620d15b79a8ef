import { type AdamFactors, adamUpdate, ops, squareByParts, type Tensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { type MomentsConfig, resolveMoments } from './moments-config.ts';
import { Optimizer, type Slots, type Step } from './optimizer.ts';
import type { OptimizerConfig } from './optimizer-config.ts';

/** Options of {@link Adam}; the learning rate is 0.001 unless given. */
export interface AdamConfig extends MomentsConfig {
  /** Whether the divisor never falls. @defaultValue `false` */
  readonly amsgrad?: boolean;
}

type Own = Required<Omit<AdamConfig, keyof OptimizerConfig>>;

/**
 * Steps by a moving mean of the gradients, divided by the root of a moving mean of their squares, both corrected for
 * starting from 0.
 *
 * @see Kingma and Ba, 2014, https://arxiv.org/abs/1412.6980
 */
export class Adam extends Optimizer<Own> {
  static override readonly className: string = 'Adam';
  #momentums: Slots = new Map();
  #velocities: Slots = new Map();
  #maxima: Slots = new Map();

  constructor(config: AdamConfig = {}) {
    super(
      { learningRate: 0.001, ...config },
      { ...resolveMoments(new.target.className, config), amsgrad: config.amsgrad ?? false },
    );
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#momentums, this.#velocities] = this.addSlots(variables, ['momentum', 'velocity']);
    if (this.config.amsgrad) [this.#maxima] = this.addSlots(variables, ['velocity_hat']);
  }

  protected override update(pairs: readonly GradientPair[], { learningRate, number }: Step): void {
    const { beta1, beta2, epsilon } = this.config;
    const factors = { meanShare: 1 - beta1, squareShare: 1 - beta2, epsilon, inPlace: !this.isConditional };
    const correction1 = ops.subtract(1, ops.power(beta1, number));
    const correction2 = ops.subtract(1, ops.power(beta2, number));
    const alpha = ops.divide(ops.multiply(learningRate, ops.sqrt(correction2)), correction1);
    for (const { gradient, variable } of pairs) {
      if (this.#maxima.has(variable)) this.#updateWithMaximum({ gradient, variable }, alpha, factors);
      else this.#update({ gradient, variable }, alpha, factors);
    }
  }

  #update({ gradient, variable }: GradientPair, alpha: Tensor, factors: AdamFactors): void {
    const [momentum, velocity] = [this.#momentums.get(variable)!, this.#velocities.get(variable)!];
    const inputs = { value: variable.value, mean: momentum.value, square: velocity.value, gradient, alpha };
    const [value, mean, square] = adamUpdate(inputs, factors);
    this.assign(momentum, mean);
    this.assign(velocity, square);
    this.assign(variable, value);
  }

  #updateWithMaximum({ gradient, variable }: GradientPair, alpha: Tensor, factors: AdamFactors): void {
    const mean = this.#approach(this.#momentums.get(variable)!, gradient, factors.meanShare);
    const square = this.#approach(this.#velocities.get(variable)!, squareByParts(gradient), factors.squareShare);
    const slot = this.#maxima.get(variable)!;
    const maximum = ops.maximum(slot.value, square);
    this.assign(slot, maximum);
    const divisor = ops.add(ops.sqrt(maximum), factors.epsilon);
    this.assign(variable, ops.subtract(variable.value, ops.divide(ops.multiply(mean, alpha), divisor)));
  }

  /** Moves a slot towards `x` by a share of the distance. */
  #approach(slot: Variable, x: Tensor, share: number): Tensor {
    const value = ops.add(slot.value, ops.multiply(ops.subtract(x, slot.value), share));
    this.assign(slot, value);
    return value;
  }
}

/** Makes an {@link Adam} optimizer. */
export const adam = (config: AdamConfig = {}): Adam => new Adam(config);
