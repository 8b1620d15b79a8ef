import { ops, squareByParts, type Tensor, toTensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { type Moments, type MomentsConfig, resolveMoments } from './moments-config.ts';
import { Optimizer, type Slots, type Step } from './optimizer.ts';

/** Options of {@link Nadam}; the learning rate is 0.001 unless given. */
export type NadamConfig = MomentsConfig;

/**
 * Adam with Nesterov momentum.
 *
 * @see Dozat, 2015, https://cs229.stanford.edu/proj2015/054_report.pdf
 */
export class Nadam extends Optimizer<Moments> {
  static override readonly className: string = 'Nadam';
  #momentums: Slots = new Map();
  #velocities: Slots = new Map();
  /** The product of the momenta of all steps so far. */
  #product: Variable | undefined;

  constructor(config: NadamConfig = {}) {
    super({ learningRate: 0.001, ...config }, resolveMoments(new.target.className, config));
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#momentums, this.#velocities] = this.addSlots(variables, ['momentum', 'velocity']);
    // Keras makes it without a name
    this.#product = this.addVariable('variable', [], { initializer: () => toTensor(1), path: 'variable' });
  }

  protected override update(pairs: readonly GradientPair[], { learningRate, number }: Step): void {
    const { beta1, beta2 } = this.config;
    const [rest1, rest2, epsilon] = [1 - beta1, 1 - beta2, this.config.epsilon].map((x) => toTensor(x));
    const now = momentumAt(number, beta1);
    const next = momentumAt(ops.add(number, 1), beta1);
    const product = ops.multiply(this.#product!.value, now);
    this.assign(this.#product!, product);
    const meanShare = ops.divide(next, ops.subtract(1, ops.multiply(product, next)));
    const gradientShare = ops.divide(ops.subtract(1, now), ops.subtract(1, product));
    const correction2 = ops.subtract(1, ops.power(beta2, number));
    for (const { gradient, variable } of pairs) {
      const momentum = this.#momentums.get(variable)!;
      const velocity = this.#velocities.get(variable)!;
      const mean = ops.add(momentum.value, ops.multiply(ops.subtract(gradient, momentum.value), rest1!));
      const squares = ops.subtract(squareByParts(gradient), velocity.value);
      const square = ops.add(velocity.value, ops.multiply(squares, rest2!));
      this.assign(momentum, mean);
      this.assign(velocity, square);
      const ahead = ops.add(ops.multiply(mean, meanShare), ops.multiply(gradient, gradientShare));
      const divisor = ops.add(ops.sqrt(ops.divide(square, correction2)), epsilon!);
      this.assign(variable, ops.subtract(variable.value, ops.divide(ops.multiply(ahead, learningRate), divisor)));
    }
  }
}

/** Makes a {@link Nadam} optimizer. */
export const nadam = (config: NadamConfig = {}): Nadam => new Nadam(config);

/** The momentum of a step: it rises from half of `beta1` to `beta1`. */
const momentumAt = (number: Tensor, beta1: number): Tensor =>
  ops.multiply(ops.subtract(1, ops.multiply(ops.power(0.96, number), 0.5)), beta1);
