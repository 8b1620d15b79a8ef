import type { DType, Shape, Tensor } from '@capas/core';
import { Initializer } from './initializer.ts';

/** A function that makes the first value of a weight. */
export type InitializerFunction = (shape: Shape, dtype: DType) => Tensor;

/** A function as an {@link Initializer}. It cannot be saved. */
export class LambdaInitializer extends Initializer {
  static override readonly className = 'LambdaInitializer';
  readonly #make: InitializerFunction;

  constructor(make: InitializerFunction) {
    super({});
    this.#make = make;
  }

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    return this.#make(shape, dtype);
  }
}
