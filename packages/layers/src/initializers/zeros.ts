import { type DType, ops, type Shape, type Tensor } from '@capas/core';
import { Initializer } from './initializer.ts';

/** All 0. */
export class Zeros extends Initializer {
  static override readonly className = 'Zeros';

  constructor(_config: object = {}) {
    super({});
  }

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    return ops.zeros(shape, { dtype });
  }
}

/** Makes a {@link Zeros} initializer. */
export const zeros = (config: object = {}): Zeros => new Zeros(config);
