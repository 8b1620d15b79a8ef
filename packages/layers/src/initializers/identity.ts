import {
  type DType,
  HostArray,
  requireNumber,
  type Shape,
  ShapeError,
  scope,
  showShape,
  type Tensor,
  toTensor,
} from '@capas/core';
import { Initializer } from './initializer.ts';

/** Options of {@link Identity}. */
export interface IdentityConfig {
  /** What the ones are multiplied by. @defaultValue 1 */
  readonly gain?: number;
}

/** `gain` on the diagonal, else 0. For weights of rank 2. */
export class Identity extends Initializer<Required<IdentityConfig>> {
  static override readonly className = 'Identity';

  constructor(config: IdentityConfig = {}) {
    super({ gain: requireNumber('Identity', 'gain', config.gain ?? 1) });
  }

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    if (shape.length !== 2) {
      throw new ShapeError(`Identity: only weights of rank 2 can be initialized. Received: shape ${showShape(shape)}.`);
    }
    const [rows, columns] = shape as [number, number];
    const values = new Float32Array(rows * columns);
    for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = this.config.gain;
    return scope(() => toTensor(new HostArray(values, shape), dtype));
  }
}

/** Makes an {@link Identity} initializer. */
export const identity = (config: IdentityConfig = {}): Identity => new Identity(config);
