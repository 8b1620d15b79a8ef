import { ops, requireNumber, type Tensor, toTensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { Optimizer, type Slots, type Step } from './optimizer.ts';
import type { OptimizerConfig } from './optimizer-config.ts';

/** Options of {@link Adadelta}; the learning rate is 0.001 unless given. */
export interface AdadeltaConfig extends OptimizerConfig {
  /** The share of the old mean in the new one. @defaultValue 0.95 */
  readonly rho?: number;
  /** Keeps the divisor from 0. @defaultValue 1e-7 */
  readonly epsilon?: number;
}

type Own = Required<Omit<AdadeltaConfig, keyof OptimizerConfig>>;

/**
 * Scales gradients by the root mean square of the last changes over that of the last gradients.
 *
 * @see Zeiler, 2012, https://arxiv.org/abs/1212.5701
 */
export class Adadelta extends Optimizer<Own> {
  static override readonly className: string = 'Adadelta';
  #gradients: Slots = new Map();
  #changes: Slots = new Map();

  constructor(config: AdadeltaConfig = {}) {
    const who = new.target.className;
    super(
      { learningRate: 0.001, ...config },
      {
        rho: requireNumber(who, 'rho', config.rho ?? 0.95, 0, 1),
        epsilon: requireNumber(who, 'epsilon', config.epsilon ?? 1e-7, 0, Number.MAX_VALUE),
      },
    );
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    [this.#gradients, this.#changes] = this.addSlots(variables, ['accumulated_grad', 'accumulated_delta_var']);
  }

  protected override update(pairs: readonly GradientPair[], { learningRate }: Step): void {
    const [rho, rest, epsilon] = [this.config.rho, 1 - this.config.rho, this.config.epsilon].map((x) => toTensor(x));
    const averageSquare = (slot: Variable, x: Tensor): Tensor => {
      const value = ops.add(ops.multiply(slot.value, rho!), ops.multiply(ops.square(x), rest!));
      this.assign(slot, value);
      return value;
    };
    const root = (x: Tensor): Tensor => ops.sqrt(ops.add(x, epsilon!));
    for (const { gradient, variable } of pairs) {
      const squares = averageSquare(this.#gradients.get(variable)!, gradient);
      const changes = this.#changes.get(variable)!;
      const change = ops.divide(ops.multiply(root(changes.value), gradient), root(squares));
      averageSquare(changes, change);
      this.assign(variable, ops.subtract(variable.value, ops.multiply(change, learningRate)));
    }
  }
}

/** Makes an {@link Adadelta} optimizer. */
export const adadelta = (config: AdadeltaConfig = {}): Adadelta => new Adadelta(config);
