import type { DType, Shape, Tensor } from '@capas/core';

/** Makes the first value of a weight. Called twice with the same shape, it gives the same value, as in Keras. */
export abstract class Initializer<Config extends object = object> {
  /** The name of the class in files. */
  static readonly className: string = 'Initializer';
  readonly config: Readonly<Config>;

  constructor(config: Config) {
    this.config = Object.freeze({ ...config });
  }

  /** A tensor of that shape; it is the caller's. */
  abstract call(shape: Shape, dtype?: DType): Tensor;
}
