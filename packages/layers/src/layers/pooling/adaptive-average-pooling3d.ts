import { type AdaptivePoolingConfig, BaseAdaptivePooling } from './base-adaptive-pooling.ts';

/**
 * The means of windows that cover a volume evenly, as many as asked for, whatever its size.
 *
 * Shapes: inputs `[batch, depth, height, width, channels]` → output `[batch, ...outputSize, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/pooling/adaptive_average_pooling3d.py`
 * @example
 * new AdaptiveAveragePooling3D({ outputSize: 2 }).apply(ops.ones([8, 16, 28, 28, 16])).shape; // [8, 2, 2, 2, 16]
 */
export class AdaptiveAveragePooling3D extends BaseAdaptivePooling {
  static override readonly className = 'AdaptiveAveragePooling3D';

  constructor(config: AdaptivePoolingConfig) {
    super('adaptiveAveragePool', 3, config);
  }
}

/** Short for `new AdaptiveAveragePooling3D(config)`. */
export const adaptiveAveragePooling3d = (config: AdaptivePoolingConfig): AdaptiveAveragePooling3D =>
  new AdaptiveAveragePooling3D(config);
