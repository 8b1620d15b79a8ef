import { BasePooling, type PoolingConfig } from './base-pooling.ts';

/**
 * Takes the mean of each window of an image. Padding does not count.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, newHeight, newWidth, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/pooling/average_pooling2d.py`
 * @example
 * new AveragePooling2D({ poolSize: 2 }).apply(ops.ones([8, 28, 28, 3])).shape; // [8, 14, 14, 3]
 */
export class AveragePooling2D extends BasePooling {
  static override readonly className = 'AveragePooling2D';

  constructor(config: PoolingConfig = {}) {
    super('averagePool', 2, config);
  }
}

/** Short for `new AveragePooling2D(config)`. */
export const averagePooling2d = (config: PoolingConfig = {}): AveragePooling2D => new AveragePooling2D(config);
