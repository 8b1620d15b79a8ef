import { type AdaptivePoolingConfig, BaseAdaptivePooling } from './base-adaptive-pooling.ts';

/**
 * The largest elements of windows that cover a volume evenly, as many as asked for, whatever its size.
 *
 * Shapes: inputs `[batch, depth, height, width, channels]` → output `[batch, ...outputSize, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/pooling/adaptive_max_pooling3d.py`
 * @example
 * new AdaptiveMaxPooling3D({ outputSize: 2 }).apply(ops.ones([8, 16, 28, 28, 16])).shape; // [8, 2, 2, 2, 16]
 */
export class AdaptiveMaxPooling3D extends BaseAdaptivePooling {
  static override readonly className = 'AdaptiveMaxPooling3D';

  constructor(config: AdaptivePoolingConfig) {
    super('adaptiveMaxPool', 3, config);
  }
}

/** Short for `new AdaptiveMaxPooling3D(config)`. */
export const adaptiveMaxPooling3d = (config: AdaptivePoolingConfig): AdaptiveMaxPooling3D =>
  new AdaptiveMaxPooling3D(config);
