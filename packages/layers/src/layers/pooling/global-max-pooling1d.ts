import { type DType, ops, type Tensor } from '@capas/core';
import { BaseGlobalPooling, type GlobalPoolingConfig } from './base-global-pooling.ts';

/**
 * The largest element of each feature over all time steps.
 *
 * Shapes: inputs `[batch, steps, features]` → output `[batch, features]`; with `keepdims` `[batch, 1, features]`.
 *
 * @see Keras 3, `keras/src/layers/pooling/global_max_pooling1d.py`
 * @example
 * new GlobalMaxPooling1D().apply(ops.ones([8, 80, 128])).shape; // [8, 128]
 */
export class GlobalMaxPooling1D extends BaseGlobalPooling {
  static override readonly className = 'GlobalMaxPooling1D';

  constructor(config: GlobalPoolingConfig = {}) {
    super(1, config);
  }

  override call(inputs: Tensor): Tensor {
    return ops.max(inputs, { axis: this.axes, keepdims: this.config.keepdims });
  }

  override outputDType([dtype]: readonly DType[]): DType {
    return dtype!;
  }
}

/** Short for `new GlobalMaxPooling1D(config)`. */
export const globalMaxPooling1d = (config: GlobalPoolingConfig = {}): GlobalMaxPooling1D =>
  new GlobalMaxPooling1D(config);
