import { type DType, ops, type Tensor } from '@capas/core';
import { BaseGlobalPooling, type GlobalPoolingConfig } from './base-global-pooling.ts';

/**
 * The largest element of each channel of the whole volume.
 *
 * Shapes: inputs `[batch, depth, height, width, channels]` → output `[batch, channels]`; with `keepdims` `[batch, 1, 1, 1, channels]`.
 *
 * @see Keras 3, `keras/src/layers/pooling/global_max_pooling3d.py`
 * @example
 * new GlobalMaxPooling3D().apply(ops.ones([8, 4, 7, 7, 512])).shape; // [8, 512]
 */
export class GlobalMaxPooling3D extends BaseGlobalPooling {
  static override readonly className = 'GlobalMaxPooling3D';

  constructor(config: GlobalPoolingConfig = {}) {
    super(3, config);
  }

  override call(inputs: Tensor): Tensor {
    return ops.max(inputs, { axis: this.axes, keepdims: this.config.keepdims });
  }

  override outputDType([dtype]: readonly DType[]): DType {
    return dtype!;
  }
}

/** Short for `new GlobalMaxPooling3D(config)`. */
export const globalMaxPooling3d = (config: GlobalPoolingConfig = {}): GlobalMaxPooling3D =>
  new GlobalMaxPooling3D(config);
