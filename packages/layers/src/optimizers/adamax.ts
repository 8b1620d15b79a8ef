import { ops, requireNumber, toTensor, type Variable } from '@capas/core';
import { type GradientPair, Optimizer, type Slots, type Step } from './optimizer.ts';
import type { OptimizerConfig } from './optimizer-config.ts';

/** Options of {@link Adamax}; the learning rate is 0.001 unless given. */
export interface AdamaxConfig extends OptimizerConfig {
  /** The share of the old mean of gradients in the new one. @defaultValue 0.9 */
  readonly beta1?: number;
  /** How the greatest gradient fades. @defaultValue 0.999 */
  readonly beta2?: number;
  /** Keeps the divisor from 0. @defaultValue 1e-7 */
  readonly epsilon?: number;
}

type Own = Required<Omit<AdamaxConfig, keyof OptimizerConfig>>;

/**
 * Adam with the greatest absolute gradient, which fades, in place of the root mean square.
 *
 * @see Kingma and Ba, 2014, section 7, https://arxiv.org/abs/1412.6980
 */
export class Adamax extends Optimizer<Own> {
  static override readonly className: string = 'Adamax';
  #momentums: Slots = new Map();
  #norms: Slots = new Map();

  constructor(config: AdamaxConfig = {}) {
    const who = new.target.className;
    super(
      { learningRate: 0.001, ...config },
      {
        beta1: requireNumber(who, 'beta1', config.beta1 ?? 0.9, 0, 1),
        beta2: requireNumber(who, 'beta2', config.beta2 ?? 0.999, 0, 1),
        epsilon: requireNumber(who, 'epsilon', config.epsilon ?? 1e-7, 0, Number.MAX_VALUE),
      },
    );
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
