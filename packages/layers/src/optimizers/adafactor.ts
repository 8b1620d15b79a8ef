import { ops, requireNumber, type Tensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { Optimizer, type Step } from './optimizer.ts';
import type { OptimizerConfig } from './optimizer-config.ts';

/** Options of {@link Adafactor}; the learning rate is 0.001 unless given. */
export interface AdafactorConfig extends OptimizerConfig {
  /** The power of the step number that the share of new squares falls with. @defaultValue -0.8 */
  readonly beta2Decay?: number;
  /** Keeps the mean squares from 0. @defaultValue 1e-30 */
  readonly epsilon1?: number;
  /** The least scale of a variable. @defaultValue 0.001 */
  readonly epsilon2?: number;
  /** The greatest root mean square of a step. @defaultValue 1 */
  readonly clipThreshold?: number;
  /** Whether the learning rate is at most `1 / √step`. @defaultValue `true` */
  readonly relativeStep?: boolean;
}

type Own = Required<Omit<AdafactorConfig, keyof OptimizerConfig>>;

/**
 * Adam-like steps with little memory: the mean squares of a matrix are kept by rows and columns only.
 *
 * @see Shazeer and Stern, 2018, https://arxiv.org/abs/1804.04235
 */
export class Adafactor extends Optimizer<Own> {
  static override readonly className: string = 'Adafactor';
  readonly #rows = new Map<Variable, Variable>();
  readonly #columns = new Map<Variable, Variable>();
  readonly #velocities = new Map<Variable, Variable>();

  constructor(config: AdafactorConfig = {}) {
    const who = new.target.className;
    super(
      { learningRate: 0.001, ...config },
      {
        beta2Decay: requireNumber(who, 'beta2Decay', config.beta2Decay ?? -0.8),
        epsilon1: requireNumber(who, 'epsilon1', config.epsilon1 ?? 1e-30, 0, Number.MAX_VALUE),
        epsilon2: requireNumber(who, 'epsilon2', config.epsilon2 ?? 0.001, 0, Number.MAX_VALUE),
        clipThreshold: requireNumber(who, 'clipThreshold', config.clipThreshold ?? 1, 0, Number.MAX_VALUE),
        relativeStep: config.relativeStep ?? true,
      },
    );
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    for (const variable of variables) {
      const { name, shape } = variable;
      // Keras keeps two unused scalars for vectors, which stand in files
      const [rows, columns] =
        shape.length < 2 ? [[], []] : [shape.slice(0, -1), [...shape.slice(0, -2), shape.at(-1)!]];
      const options = shape.length < 2 ? { path: name } : {};
      this.#rows.set(variable, this.addVariable(name, rows, options));
      this.#columns.set(variable, this.addVariable(name, columns, options));
      const [velocities] = this.addSlots([variable], ['velocity']);
      this.#velocities.set(variable, velocities.get(variable)!);
    }
  }

  protected override update(pairs: readonly GradientPair[], { learningRate, number }: Step): void {
    const { beta2Decay, epsilon1, epsilon2, clipThreshold } = this.config;
    // the minimum is taken whatever `relativeStep` says, as in Keras
    const rate = ops.minimum(learningRate, ops.rsqrt(number));
    const share = ops.power(number, beta2Decay);
    for (const { gradient, variable } of pairs) {
      const squares = this.#meanSquares(variable, ops.add(ops.square(gradient), epsilon1), share);
      const direction = ops.divide(gradient, ops.sqrt(squares));
      const limited = ops.divide(direction, ops.maximum(ops.divide(rootMeanSquare(direction), clipThreshold), 1));
      const alpha = ops.multiply(ops.maximum(rootMeanSquare(variable.value), epsilon2), rate);
      this.assign(variable, ops.subtract(variable.value, ops.multiply(limited, alpha)));
    }
  }

  #meanSquares(variable: Variable, squares: Tensor, share: Tensor): Tensor {
    const approach = (slot: Variable, x: Tensor): Tensor => {
      const value = ops.add(slot.value, ops.multiply(ops.subtract(x, slot.value), share));
      this.assign(slot, value);
      return value;
    };
    const velocity = this.#velocities.get(variable)!;
    if (variable.shape.length < 2) return approach(velocity, squares);
    const rows = approach(this.#rows.get(variable)!, ops.mean(squares, { axis: -1 }));
    const columns = approach(this.#columns.get(variable)!, ops.mean(squares, { axis: -2 }));
    const relative = ops.divide(rows, ops.mean(rows, { axis: -1, keepdims: true }));
    const product = ops.multiply(ops.expandDims(relative, -1), ops.expandDims(columns, -2));
    this.assign(velocity, product);
    return product;
  }
}

/** Makes an {@link Adafactor} optimizer. */
export const adafactor = (config: AdafactorConfig = {}): Adafactor => new Adafactor(config);

const rootMeanSquare = (x: Tensor): Tensor => ops.sqrt(ops.mean(ops.square(x)));
