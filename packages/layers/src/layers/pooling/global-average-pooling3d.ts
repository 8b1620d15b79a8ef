import { ops, type Tensor } from '@capas/core';
import { BaseGlobalPooling, type GlobalPoolingConfig } from './base-global-pooling.ts';

/**
 * The mean of each channel over the whole volume.
 *
 * Shapes: inputs `[batch, depth, height, width, channels]` → output `[batch, channels]`; with `keepdims` `[batch, 1, 1, 1, channels]`.
 *
 * @see Keras 3, `keras/src/layers/pooling/global_average_pooling3d.py`
 * @example
 * new GlobalAveragePooling3D().apply(ops.ones([8, 4, 7, 7, 512])).shape; // [8, 512]
 */
export class GlobalAveragePooling3D extends BaseGlobalPooling {
  static override readonly className = 'GlobalAveragePooling3D';

  constructor(config: GlobalPoolingConfig = {}) {
    super(3, config);
  }

  override call(inputs: Tensor): Tensor {
    return ops.mean(inputs, { axis: this.axes, keepdims: this.config.keepdims });
  }
}

/** Short for `new GlobalAveragePooling3D(config)`. */
export const globalAveragePooling3d = (config: GlobalPoolingConfig = {}): GlobalAveragePooling3D =>
  new GlobalAveragePooling3D(config);
