import type { Tensor } from '@capas/core';

/** A penalty on a weight or an output, added to the loss. */
export abstract class Regularizer<Config extends object = object> {
  /** The name of the class in files. */
  static readonly className: string = 'Regularizer';
  readonly config: Readonly<Config>;

  constructor(config: Config) {
    this.config = Object.freeze({ ...config });
  }

  /** The penalty on `x`, a scalar. */
  abstract call(x: Tensor): Tensor;
}
