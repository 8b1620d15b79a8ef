import { ops, requireNumber, type Tensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { Optimizer, type Slots, type Step } from './optimizer.ts';
import type { OptimizerConfig } from './optimizer-config.ts';

/** Options of {@link Ftrl}; the learning rate is 0.001 unless given. */
export interface FtrlConfig extends OptimizerConfig {
  /** How the rate falls with the sum of squares: 0 not at all. @defaultValue -0.5 */
  readonly learningRatePower?: number;
  /** Where the sums of squares start. @defaultValue 0.1 */
  readonly initialAccumulatorValue?: number;
  /** Strength of L1. @defaultValue 0 */
  readonly l1RegularizationStrength?: number;
  /** Strength of L2. @defaultValue 0 */
  readonly l2RegularizationStrength?: number;
  /** Strength of L2 on the gradient alone. @defaultValue 0 */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** The beta of the paper. @defaultValue 0 */
  readonly beta?: number;
}

type Own = Required<Omit<FtrlConfig, keyof OptimizerConfig>>;

/**
 * Follows the regularized leader: for models with very many sparse inputs, with L1 that makes weights exactly 0.
 *
 * @see McMahan et al., 2013, https://research.google.com/pubs/archive/41159.pdf
 */
export class Ftrl extends Optimizer<Own> {
  static override readonly className: string = 'Ftrl';
  #accumulators: Slots = new Map();
  #linears: Slots = new Map();

  constructor(config: FtrlConfig = {}) {
    const who = new.target.className;
    super(
      { learningRate: 0.001, ...config },
      {
        learningRatePower: requireNumber(who, 'learningRatePower', config.learningRatePower ?? -0.5),
        initialAccumulatorValue: requireNumber(
          who,
          'initialAccumulatorValue',
          config.initialAccumulatorValue ?? 0.1,
          0,
          Number.MAX_VALUE,
        ),
        l1RegularizationStrength: requireNumber(
          who,
          'l1RegularizationStrength',
          config.l1RegularizationStrength ?? 0,
          0,
          Number.MAX_VALUE,
        ),
        l2RegularizationStrength: requireNumber(
          who,
          'l2RegularizationStrength',
          config.l2RegularizationStrength ?? 0,
          0,
          Number.MAX_VALUE,
        ),
        l2ShrinkageRegularizationStrength: requireNumber(
          who,
          'l2ShrinkageRegularizationStrength',
          config.l2ShrinkageRegularizationStrength ?? 0,
          0,
          Number.MAX_VALUE,
        ),
        beta: requireNumber(who, 'beta', config.beta ?? 0),
      },
    );
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    const start = (variable: Variable): Tensor => ops.full(variable.shape, this.config.initialAccumulatorValue);
    [this.#accumulators, this.#linears] = this.addSlots(variables, ['accumulator', 'linear'], [start]);
  }

  protected override update(pairs: readonly GradientPair[], { learningRate }: Step): void {
    const { l1RegularizationStrength: l1, l2RegularizationStrength: l2, beta } = this.config;
    const shrinkage = 2 * this.config.l2ShrinkageRegularizationStrength;
    const power = -this.config.learningRatePower;
    const twiceL2 = ops.add(ops.divide(beta, learningRate), 2 * l2);
    for (const { gradient, variable } of pairs) {
      const accumulator = this.#accumulators.get(variable)!;
      const linear = this.#linears.get(variable)!;
      const squares = ops.add(accumulator.value, ops.square(gradient));
      const slope = ops.divide(ops.power(squares, power), learningRate);
      const oldSlope = ops.divide(ops.power(accumulator.value, power), learningRate);
      const shrunk = shrinkage === 0 ? gradient : ops.add(gradient, ops.multiply(variable.value, shrinkage));
      const change = ops.subtract(shrunk, ops.multiply(ops.subtract(slope, oldSlope), variable.value));
      const sum = ops.add(linear.value, change);
      this.assign(linear, sum);
      this.assign(variable, ops.divide(ops.subtract(ops.clip(sum, -l1, l1), sum), ops.add(slope, twiceL2)));
      this.assign(accumulator, squares);
    }
  }
}

/** Makes a {@link Ftrl} optimizer. */
export const ftrl = (config: FtrlConfig = {}): Ftrl => new Ftrl(config);
