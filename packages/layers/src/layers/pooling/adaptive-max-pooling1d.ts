import { type AdaptivePoolingConfig, BaseAdaptivePooling } from './base-adaptive-pooling.ts';

/**
 * The largest elements of windows that cover a sequence evenly, as many as asked for, whatever its size.
 *
 * Shapes: inputs `[batch, steps, channels]` → output `[batch, outputSize, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/pooling/adaptive_max_pooling1d.py`
 * @example
 * new AdaptiveMaxPooling1D({ outputSize: 3 }).apply(ops.ones([8, 80, 16])).shape; // [8, 3, 16]
 */
export class AdaptiveMaxPooling1D extends BaseAdaptivePooling {
  static override readonly className = 'AdaptiveMaxPooling1D';

  constructor(config: AdaptivePoolingConfig) {
    super('adaptiveMaxPool', 1, config);
  }
}

/** Short for `new AdaptiveMaxPooling1D(config)`. */
export const adaptiveMaxPooling1d = (config: AdaptivePoolingConfig): AdaptiveMaxPooling1D =>
  new AdaptiveMaxPooling1D(config);
