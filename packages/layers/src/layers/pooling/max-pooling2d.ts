import { BasePooling, type PoolingConfig } from './base-pooling.ts';

/**
 * Takes the largest element of each window of an image.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, newHeight, newWidth, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/pooling/max_pooling2d.py`
 * @example
 * new MaxPooling2D({ poolSize: 2 }).apply(ops.ones([8, 28, 28, 3])).shape; // [8, 14, 14, 3]
 */
export class MaxPooling2D extends BasePooling {
  static override readonly className = 'MaxPooling2D';

  constructor(config: PoolingConfig = {}) {
    super('maxPool', 2, config);
  }
}

/** Short for `new MaxPooling2D(config)`. */
export const maxPooling2d = (config: PoolingConfig = {}): MaxPooling2D => new MaxPooling2D(config);
