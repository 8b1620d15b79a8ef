import { type DType, ops, type Tensor } from '@capas/core';
import { BaseGlobalPooling, type GlobalPoolingConfig } from './base-global-pooling.ts';

/**
 * The largest element of each channel of the whole image.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, channels]`; with `keepdims` `[batch, 1, 1, channels]`.
 *
 * @see Keras 3, `keras/src/layers/pooling/global_max_pooling2d.py`
 * @example
 * new GlobalMaxPooling2D().apply(ops.ones([8, 7, 7, 512])).shape; // [8, 512]
 */
export class GlobalMaxPooling2D extends BaseGlobalPooling {
  static override readonly className = 'GlobalMaxPooling2D';

  constructor(config: GlobalPoolingConfig = {}) {
    super(2, config);
  }

  override call(inputs: Tensor): Tensor {
    return ops.max(inputs, { axis: this.axes, keepdims: this.config.keepdims });
  }

  override outputDType([dtype]: readonly DType[]): DType {
    return dtype!;
  }
}

/** Short for `new GlobalMaxPooling2D(config)`. */
export const globalMaxPooling2d = (config: GlobalPoolingConfig = {}): GlobalMaxPooling2D =>
  new GlobalMaxPooling2D(config);
