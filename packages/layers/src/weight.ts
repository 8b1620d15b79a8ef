import { type NarrowFloat, ops, type Tensor, Variable, type VariableOptions } from '@capas/core';
import { autocastWeight, forgetWeight } from './autocast.ts';
import type { Constraint } from './constraints/constraint.ts';
import type { Regularizer } from './regularizers/regularizer.ts';

/** Options of {@link Weight}. */
export interface WeightOptions extends VariableOptions {
  /** A penalty on the value, added to the loss. */
  readonly regularizer?: Regularizer | undefined;
  /** What the optimizer does with the value after each update. */
  readonly constraint?: Constraint | undefined;
  /** Whether it is never trained, whatever its layer's `trainable` says. @defaultValue `false` */
  readonly fixed?: boolean | undefined;
  /** Whether layers that compute in 16 bits read it rounded. @defaultValue `true` */
  readonly autocast?: boolean | undefined;
  /** What its values are rounded to when they are assigned. @defaultValue `undefined`: nothing */
  readonly format?: NarrowFloat | undefined;
  /** What files keep it in: then its values are whole numbers of that range, in float32. @defaultValue as its `dtype` says */
  readonly stored?: 'int8' | undefined;
}

/** What is added to a frozen weight: a product of two small ones. */
export interface LowRankSum {
  readonly factors: readonly [Weight, Weight];
  /** The weight with the product added to it; the caller owns it. */
  total(): Tensor;
}

/** A variable of a layer, with what is asked of its value. */
export class Weight extends Variable {
  regularizer: Regularizer | undefined;
  constraint: Constraint | undefined;
  /** Whether it is never trained, whatever its layer's `trainable` says. */
  fixed: boolean;
  /** The sum of low rank that is trained in the place of this weight. */
  lowRank: LowRankSum | undefined;
  /** What files keep it in, if its dtype does not say. */
  readonly stored: 'int8' | undefined;
  readonly #autocast: boolean;
  readonly #format: NarrowFloat | undefined;

  constructor(options: WeightOptions) {
    const { format, initializer } = options;
    super(format ? { ...options, initializer: (...size) => ops.cast(initializer(...size), format) } : options);
    this.#autocast = options.autocast ?? true;
    this.#format = format;
    this.stored = options.stored;
    this.regularizer = options.regularizer;
    this.constraint = options.constraint;
    this.fixed = options.fixed ?? false;
  }

  /** As of every variable; in the call of a layer that computes in 16 bits rounded to its format. */
  override get value(): Tensor {
    return this.#autocast ? autocastWeight(this) : this.held;
  }

  override assign(value: Tensor): void {
    forgetWeight(this);
    const rounded = this.#rounded(value);
    super.assign(rounded);
    if (rounded !== value) rounded.dispose();
  }

  #rounded(value: Tensor): Tensor {
    if (this.stored) return ops.clip(ops.round(value), -128, 127);
    return this.#format ? ops.cast(value, this.#format) : value;
  }
}

/** The constraint of a variable; only weights have one. */
export const constraintOf = (variable: Variable): Constraint | undefined =>
  variable instanceof Weight ? variable.constraint : undefined;
