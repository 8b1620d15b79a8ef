import { BasePooling, type PoolingConfig } from './base-pooling.ts';

/**
 * Takes the largest element of each window of a volume.
 *
 * Shapes: inputs `[batch, depth, height, width, channels]` → output `[batch, newDepth, newHeight, newWidth, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/pooling/max_pooling3d.py`
 * @example
 * new MaxPooling3D({ poolSize: 2 }).apply(ops.ones([8, 16, 28, 28, 3])).shape; // [8, 8, 14, 14, 3]
 */
export class MaxPooling3D extends BasePooling {
  static override readonly className = 'MaxPooling3D';

  constructor(config: PoolingConfig = {}) {
    super('maxPool', 3, config);
  }
}

/** Short for `new MaxPooling3D(config)`. */
export const maxPooling3d = (config: PoolingConfig = {}): MaxPooling3D => new MaxPooling3D(config);
