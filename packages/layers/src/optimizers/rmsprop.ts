import { ops, requireNumber, squareByParts, type Tensor, toTensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { Optimizer, type Slots, type Step } from './optimizer.ts';
import type { OptimizerConfig } from './optimizer-config.ts';

/** Options of {@link RMSprop}; the learning rate is 0.001 unless given. */
export interface RMSpropConfig extends OptimizerConfig {
  /** The share of the old mean in the new one. @defaultValue 0.9 */
  readonly rho?: number;
  /** The share of the last step in this one. @defaultValue 0 */
  readonly momentum?: number;
  /** Keeps the divisor from 0. @defaultValue 1e-7 */
  readonly epsilon?: number;
  /** Whether the mean of the gradients is taken out, so that their variance remains. @defaultValue `false` */
  readonly centered?: boolean;
}

type Own = Required<Omit<RMSpropConfig, keyof OptimizerConfig>>;

/**
 * Divides gradients by a moving root mean square of theirs.
 *
 * @see Hinton, 2012, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
 */
export class RMSprop extends Optimizer<Own> {
  static override readonly className: string = 'RMSprop';
  #velocities: Slots = new Map();
  #momentums: Slots = new Map();
  #means: Slots = new Map();

  constructor(config: RMSpropConfig = {}) {
    const who = new.target.className;
    super(
      { learningRate: 0.001, ...config },
      {
        rho: requireNumber(who, 'rho', config.rho ?? 0.9, 0, 1),
        momentum: requireNumber(who, 'momentum', config.momentum ?? 0, 0, 1),
        epsilon: requireNumber(who, 'epsilon', config.epsilon ?? 1e-7, 0, Number.MAX_VALUE),
        centered: config.centered ?? false,
      },
    );
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#velocities] = this.addSlots(variables, ['velocity']);
    if (this.config.momentum > 0) [this.#momentums] = this.addSlots(variables, ['momentum']);
    if (this.config.centered) [this.#means] = this.addSlots(variables, ['average_gradient']);
  }

  protected override update(pairs: readonly GradientPair[], { learningRate }: Step): void {
    const [rho, rest, epsilon] = [this.config.rho, 1 - this.config.rho, this.config.epsilon].map((x) => toTensor(x));
    const average = (slot: Variable, x: Tensor): Tensor => {
      const value = ops.add(ops.multiply(slot.value, rho!), ops.multiply(x, rest!));
      this.assign(slot, value);
      return value;
    };
    for (const { gradient, variable } of pairs) {
      const velocity = average(this.#velocities.get(variable)!, squareByParts(gradient));
      const mean = this.#means.get(variable);
      const variance = mean ? ops.subtract(velocity, ops.square(average(mean, gradient))) : velocity;
      const divisor = ops.sqrt(ops.add(variance, epsilon!));
      let change = ops.divide(ops.multiply(gradient, learningRate), divisor);
      const slot = this.#momentums.get(variable);
      if (slot) {
        change = ops.add(ops.multiply(slot.value, this.config.momentum), change);
        this.assign(slot, change);
      }
      this.assign(variable, ops.subtract(variable.value, change));
    }
  }
}

/** Makes an {@link RMSprop} optimizer. */
export const rmsprop = (config: RMSpropConfig = {}): RMSprop => new RMSprop(config);
