import type { Tensor } from '@capas/core';
import { Regularizer } from './regularizer.ts';

/** A function that computes a penalty. */
export type RegularizerFunction = (x: Tensor) => Tensor;

/** A function as a {@link Regularizer}. It cannot be saved. */
export class LambdaRegularizer extends Regularizer {
  static override readonly className = 'LambdaRegularizer';
  readonly #penalty: RegularizerFunction;

  constructor(penalty: RegularizerFunction) {
    super({});
    this.#penalty = penalty;
  }

  override call(x: Tensor): Tensor {
    return this.#penalty(x);
  }
}
