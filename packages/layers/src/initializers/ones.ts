import { type DType, ops, type Shape, type Tensor } from '@capas/core';
import { Initializer } from './initializer.ts';

/** All 1. */
export class Ones extends Initializer {
  static override readonly className = 'Ones';

  constructor(_config: object = {}) {
    super({});
  }

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    return ops.ones(shape, { dtype });
  }
}

/** Makes a {@link Ones} initializer. */
export const ones = (config: object = {}): Ones => new Ones(config);
