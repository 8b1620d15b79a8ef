import { type AdaptivePoolingConfig, BaseAdaptivePooling } from './base-adaptive-pooling.ts';

/**
 * The largest elements of windows that cover an image evenly, as many as asked for, whatever its size.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, ...outputSize, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/pooling/adaptive_max_pooling2d.py`
 * @example
 * new AdaptiveMaxPooling2D({ outputSize: [2, 3] }).apply(ops.ones([8, 28, 28, 16])).shape; // [8, 2, 3, 16]
 */
export class AdaptiveMaxPooling2D extends BaseAdaptivePooling {
  static override readonly className = 'AdaptiveMaxPooling2D';

  constructor(config: AdaptivePoolingConfig) {
    super('adaptiveMaxPool', 2, config);
  }
}

/** Short for `new AdaptiveMaxPooling2D(config)`. */
export const adaptiveMaxPooling2d = (config: AdaptivePoolingConfig): AdaptiveMaxPooling2D =>
  new AdaptiveMaxPooling2D(config);
