import { ops, requireNumber, squareByParts, type Tensor, toTensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { Optimizer, type Slots, type Step } from './optimizer.ts';
import type { OptimizerConfig } from './optimizer-config.ts';

/** Options of {@link Adagrad}; the learning rate is 0.001 unless given. */
export interface AdagradConfig extends OptimizerConfig {
  /** Where the sums start. @defaultValue 0.1 */
  readonly initialAccumulatorValue?: number;
  /** Keeps the divisor from 0. @defaultValue 1e-7 */
  readonly epsilon?: number;
}

type Own = Required<Omit<AdagradConfig, keyof OptimizerConfig>>;

/**
 * Divides gradients by the root of the sum of all their squares so far.
 *
 * @see Duchi et al., 2011, https://jmlr.org/papers/v12/duchi11a.html
 */
export class Adagrad extends Optimizer<Own> {
  static override readonly className: string = 'Adagrad';
  #accumulators: Slots = new Map();

  constructor(config: AdagradConfig = {}) {
    const who = new.target.className;
    super(
      { learningRate: 0.001, ...config },
      {
        initialAccumulatorValue: requireNumber(
          who,
          'initialAccumulatorValue',
          config.initialAccumulatorValue ?? 0.1,
          0,
          Number.MAX_VALUE,
        ),
        epsilon: requireNumber(who, 'epsilon', config.epsilon ?? 1e-7, 0, Number.MAX_VALUE),
      },
    );
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    const start = (variable: Variable): Tensor => ops.full(variable.shape, this.config.initialAccumulatorValue);
    [this.#accumulators] = this.addSlots(variables, ['accumulator'], [start]);
  }

  protected override update(pairs: readonly GradientPair[], { learningRate }: Step): void {
    const epsilon = toTensor(this.config.epsilon);
    for (const { gradient, variable } of pairs) {
      const accumulator = this.#accumulators.get(variable)!;
      const total = ops.add(accumulator.value, squareByParts(gradient));
      this.assign(accumulator, total);
      const change = ops.divide(ops.multiply(gradient, learningRate), ops.sqrt(ops.add(total, epsilon)));
      this.assign(variable, ops.subtract(variable.value, change));
    }
  }
}

/** Makes an {@link Adagrad} optimizer. */
export const adagrad = (config: AdagradConfig = {}): Adagrad => new Adagrad(config);
