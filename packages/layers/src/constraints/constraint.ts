import type { Tensor } from '@capas/core';

/** What a weight is held to: the optimizer applies it to the value after each update. */
export abstract class Constraint<Config extends object = object> {
  /** The name of the class in files. */
  static readonly className: string = 'Constraint';
  readonly config: Readonly<Config>;

  constructor(config: Config) {
    this.config = Object.freeze({ ...config });
  }

  /** The allowed value nearest to `w`, of the same shape. */
  abstract call(w: Tensor): Tensor;
}
