import { ops, squareByParts, type Tensor, toTensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { type Moments, type MomentsConfig, resolveMoments } from './moments-config.ts';
import { Optimizer, type Slots, type Step } from './optimizer.ts';

/** Options of {@link Lamb}; the learning rate is 0.001 unless given. */
export type LambConfig = MomentsConfig;

/**
 * Adam whose step in each variable is as long as the learning rate times the norm of the variable: for large batches.
 *
 * @see You et al., 2019, https://arxiv.org/abs/1904.00962
 */
export class Lamb extends Optimizer<Moments> {
  static override readonly className: string = 'Lamb';
  #momentums: Slots = new Map();
  #velocities: Slots = new Map();

  constructor(config: LambConfig = {}) {
    super({ learningRate: 0.001, ...config }, resolveMoments(new.target.className, config));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#momentums, this.#velocities] = this.addSlots(variables, ['momentum', 'velocity']);
  }

  protected override update(pairs: readonly GradientPair[], { learningRate, number }: Step): void {
    const { beta1, beta2 } = this.config;
    const [rest1, rest2, epsilon] = [1 - beta1, 1 - beta2, this.config.epsilon].map((x) => toTensor(x));
    const correction1 = ops.subtract(1, ops.power(beta1, number));
    const correction2 = ops.subtract(1, ops.power(beta2, number));
    for (const { gradient, variable } of pairs) {
      const momentum = this.#momentums.get(variable)!;
      const velocity = this.#velocities.get(variable)!;
      const mean = ops.add(momentum.value, ops.multiply(ops.subtract(gradient, momentum.value), rest1!));
      const squares = ops.subtract(squareByParts(gradient), velocity.value);
      const square = ops.add(velocity.value, ops.multiply(squares, rest2!));
      this.assign(momentum, mean);
      this.assign(velocity, square);
      const divisor = ops.add(ops.sqrt(ops.divide(square, correction2)), epsilon!);
      const direction = ops.divide(ops.divide(mean, correction1), divisor);
      const stretch = ops.multiply(trustRatio(variable.value, direction), learningRate);
      this.assign(variable, ops.subtract(variable.value, ops.multiply(direction, stretch)));
    }
  }
}

/** Makes a {@link Lamb} optimizer. */
export const lamb = (config: LambConfig = {}): Lamb => new Lamb(config);

/** The norm of the variable over that of its step; 1 where either is 0. */
function trustRatio(variable: Tensor, direction: Tensor): Tensor {
  const norm = (x: Tensor): Tensor => ops.sqrt(ops.sum(ops.square(x)));
  const [length, stride] = [norm(variable), norm(direction)];
  const isUsable = ops.logicalAnd(ops.greater(length, 0), ops.greater(stride, 0));
  return ops.where(isUsable, ops.divide(length, stride), 1);
}
