import { ops, type Tensor } from '@capas/core';
import { BaseGlobalPooling, type GlobalPoolingConfig } from './base-global-pooling.ts';

/**
 * The mean of each channel over the whole image.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, channels]`; with `keepdims` `[batch, 1, 1, channels]`.
 *
 * @see Keras 3, `keras/src/layers/pooling/global_average_pooling2d.py`
 * @example
 * new GlobalAveragePooling2D().apply(ops.ones([8, 7, 7, 512])).shape; // [8, 512]
 */
export class GlobalAveragePooling2D extends BaseGlobalPooling {
  static override readonly className = 'GlobalAveragePooling2D';

  constructor(config: GlobalPoolingConfig = {}) {
    super(2, config);
  }

  override call(inputs: Tensor): Tensor {
    return ops.mean(inputs, { axis: this.axes, keepdims: this.config.keepdims });
  }
}

/** Short for `new GlobalAveragePooling2D(config)`. */
export const globalAveragePooling2d = (config: GlobalPoolingConfig = {}): GlobalAveragePooling2D =>
  new GlobalAveragePooling2D(config);
