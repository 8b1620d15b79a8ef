import type { Tensor } from '@capas/core';

/** A learning rate that depends on the number of steps made. */
export abstract class LearningRateSchedule<Config extends object = object> {
  /** The name of the class in files. */
  static readonly className: string = 'LearningRateSchedule';
  readonly config: Readonly<Config>;

  constructor(config: Config) {
    this.config = Object.freeze({ ...config });
  }

  /** The learning rate, a float32 scalar, after `step` steps (an int32 scalar). */
  abstract call(step: Tensor): Tensor;
}
