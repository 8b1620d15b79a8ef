import { type DType, HostArray, ops, requireNumber, type Shape, scope, type Tensor, toTensor } from '@capas/core';
import { Initializer } from './initializer.ts';

/** Options of {@link Constant}. */
export interface ConstantConfig {
  /** A number, or nested lists that are broadcast to the shape of the weight. @defaultValue 0 */
  readonly value?: number | boolean | readonly unknown[];
}

/** All elements the same, or given ones. */
export class Constant extends Initializer<Required<ConstantConfig>> {
  static override readonly className = 'Constant';

  constructor(config: ConstantConfig = {}) {
    const { value = 0 } = config;
    if (!Array.isArray(value) && typeof value !== 'boolean') requireNumber('Constant', 'value', value);
    super({ value });
  }

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    const { value } = this.config;
    return scope(() => {
      const given = Array.isArray(value) ? toTensor(HostArray.from(value), dtype) : toTensor(Number(value), dtype);
      return ops.multiply(ops.ones(shape, { dtype }), given);
    });
  }
}

/** Makes a {@link Constant} initializer: `constant({ value: 0.1 })`. */
export const constant = (config: ConstantConfig = {}): Constant => new Constant(config);
