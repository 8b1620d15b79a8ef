import type { Tensor } from '@capas/core';
import { Constraint } from './constraint.ts';

/** A function that returns an allowed value. */
export type ConstraintFunction = (w: Tensor) => Tensor;

/** A function as a {@link Constraint}. It cannot be saved. */
export class LambdaConstraint extends Constraint {
  static override readonly className = 'LambdaConstraint';
  readonly #project: ConstraintFunction;

  constructor(project: ConstraintFunction) {
    super({});
    this.#project = project;
  }

  override call(w: Tensor): Tensor {
    return this.#project(w);
  }
}
