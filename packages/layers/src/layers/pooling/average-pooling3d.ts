import { BasePooling, type PoolingConfig } from './base-pooling.ts';

/**
 * Takes the mean of each window of a volume. Padding does not count.
 *
 * Shapes: inputs `[batch, depth, height, width, channels]` → output `[batch, newDepth, newHeight, newWidth, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/pooling/average_pooling3d.py`
 * @example
 * new AveragePooling3D({ poolSize: 2 }).apply(ops.ones([8, 16, 28, 28, 3])).shape; // [8, 8, 14, 14, 3]
 */
export class AveragePooling3D extends BasePooling {
  static override readonly className = 'AveragePooling3D';

  constructor(config: PoolingConfig = {}) {
    super('averagePool', 3, config);
  }
}

/** Short for `new AveragePooling3D(config)`. */
export const averagePooling3d = (config: PoolingConfig = {}): AveragePooling3D => new AveragePooling3D(config);
