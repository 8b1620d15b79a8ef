import { type AdaptivePoolingConfig, BaseAdaptivePooling } from './base-adaptive-pooling.ts';

/**
 * The means of windows that cover a sequence evenly, as many as asked for, whatever its size.
 *
 * Shapes: inputs `[batch, steps, channels]` → output `[batch, outputSize, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/pooling/adaptive_average_pooling1d.py`
 * @example
 * new AdaptiveAveragePooling1D({ outputSize: 3 }).apply(ops.ones([8, 80, 16])).shape; // [8, 3, 16]
 */
export class AdaptiveAveragePooling1D extends BaseAdaptivePooling {
  static override readonly className = 'AdaptiveAveragePooling1D';

  constructor(config: AdaptivePoolingConfig) {
    super('adaptiveAveragePool', 1, config);
  }
}

/** Short for `new AdaptiveAveragePooling1D(config)`. */
export const adaptiveAveragePooling1d = (config: AdaptivePoolingConfig): AdaptiveAveragePooling1D =>
  new AdaptiveAveragePooling1D(config);
