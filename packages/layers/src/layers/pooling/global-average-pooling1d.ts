import { ops, type Tensor } from '@capas/core';
import type { CallOptions } from '../../layer-config.ts';
import { BaseGlobalPooling, type GlobalPoolingConfig } from './base-global-pooling.ts';

/**
 * The mean of each feature over all time steps; over those that the mask keeps, where there is one.
 *
 * Shapes: inputs `[batch, steps, features]` → output `[batch, features]`; with `keepdims` `[batch, 1, features]`.
 *
 * @see Keras 3, `keras/src/layers/pooling/global_average_pooling1d.py`
 * @example
 * new GlobalAveragePooling1D().apply(ops.ones([8, 80, 128])).shape; // [8, 128]
 */
export class GlobalAveragePooling1D extends BaseGlobalPooling {
  static override readonly className = 'GlobalAveragePooling1D';

  constructor(config: GlobalPoolingConfig = {}) {
    super(1, config);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, { mask }: CallOptions): Tensor {
    const { keepdims } = this.config;
    const axis = this.axes[0]!;
    if (!mask) return ops.mean(inputs, { axis, keepdims });
    const kept = ops.cast(ops.expandDims(mask as Tensor, axis === 1 ? 2 : 1), 'bool');
    const total = ops.sum(ops.where(kept, inputs, ops.zerosLike(inputs)), { axis, keepdims });
    return ops.divide(total, ops.sum(ops.cast(kept, 'float32'), { axis, keepdims }));
  }

  /** Without the time axis there is nothing to mask. */
  override computeMask(): undefined {
    return undefined;
  }
}

/** Short for `new GlobalAveragePooling1D(config)`. */
export const globalAveragePooling1d = (config: GlobalPoolingConfig = {}): GlobalAveragePooling1D =>
  new GlobalAveragePooling1D(config);
