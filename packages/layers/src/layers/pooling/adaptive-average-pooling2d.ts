import { type AdaptivePoolingConfig, BaseAdaptivePooling } from './base-adaptive-pooling.ts';

/**
 * The means of windows that cover an image evenly, as many as asked for, whatever its size.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, ...outputSize, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/pooling/adaptive_average_pooling2d.py`
 * @example
 * new AdaptiveAveragePooling2D({ outputSize: [2, 3] }).apply(ops.ones([8, 28, 28, 16])).shape; // [8, 2, 3, 16]
 */
export class AdaptiveAveragePooling2D extends BaseAdaptivePooling {
  static override readonly className = 'AdaptiveAveragePooling2D';

  constructor(config: AdaptivePoolingConfig) {
    super('adaptiveAveragePool', 2, config);
  }
}

/** Short for `new AdaptiveAveragePooling2D(config)`. */
export const adaptiveAveragePooling2d = (config: AdaptivePoolingConfig): AdaptiveAveragePooling2D =>
  new AdaptiveAveragePooling2D(config);
