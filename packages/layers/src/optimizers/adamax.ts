import { ops, toTensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { type Moments, type MomentsConfig, resolveMoments } from './moments-config.ts';
import { Optimizer, type Slots, type Step } from './optimizer.ts';

/** Options of {@link Adamax}; the learning rate is 0.001 unless given. */
export type AdamaxConfig = MomentsConfig;

/**
 * Adam with the greatest absolute gradient, which fades, in place of the root mean square.
 *
 * @see Kingma and Ba, 2014, section 7, https://arxiv.org/abs/1412.6980
 */
export class Adamax extends Optimizer<Moments> {
  static override readonly className: string = 'Adamax';
  #momentums: Slots = new Map();
  #norms: Slots = new Map();

  constructor(config: AdamaxConfig = {}) {
    super({ learningRate: 0.001, ...config }, resolveMoments(new.target.className, config));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#momentums, this.#norms] = this.addSlots(variables, ['momentum', 'norm']);
  }

  protected override update(pairs: readonly GradientPair[], { learningRate, number }: Step): void {
    const { beta1, beta2 } = this.config;
    const [rest1, fading, epsilon] = [1 - beta1, beta2, this.config.epsilon].map((x) => toTensor(x));
    const alpha = ops.divide(learningRate, ops.subtract(1, ops.power(beta1, number)));
    for (const { gradient, variable } of pairs) {
      const momentum = this.#momentums.get(variable)!;
      const norm = this.#norms.get(variable)!;
      const mean = ops.add(momentum.value, ops.multiply(ops.subtract(gradient, momentum.value), rest1!));
      const greatest = ops.maximum(ops.multiply(norm.value, fading!), ops.absolute(gradient));
      this.assign(momentum, mean);
      this.assign(norm, greatest);
      const change = ops.divide(ops.multiply(mean, alpha), ops.add(greatest, epsilon!));
      this.assign(variable, ops.subtract(variable.value, change));
    }
  }
}

/** Makes an {@link Adamax} optimizer. */
export const adamax = (config: AdamaxConfig = {}): Adamax => new Adamax(config);
