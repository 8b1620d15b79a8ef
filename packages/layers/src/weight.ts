import { type Tensor, Variable, type VariableOptions } from '@capas/core';
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

  constructor(options: WeightOptions) {
    super(options);
    this.regularizer = options.regularizer;
    this.constraint = options.constraint;
    this.fixed = options.fixed ?? false;
  }
}

/** The constraint of a variable; only weights have one. */
export const constraintOf = (variable: Variable): Constraint | undefined =>
  variable instanceof Weight ? variable.constraint : undefined;
