import { BasePooling, type PoolingConfig } from './base-pooling.ts';

/**
 * Takes the mean of each window of a sequence. Padding does not count.
 *
 * Shapes: inputs `[batch, steps, channels]` → output `[batch, newSteps, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/pooling/average_pooling1d.py`
 * @example
 * new AveragePooling1D({ poolSize: 2 }).apply(ops.ones([8, 80, 16])).shape; // [8, 40, 16]
 */
export class AveragePooling1D extends BasePooling {
  static override readonly className = 'AveragePooling1D';

  constructor(config: PoolingConfig = {}) {
    super('averagePool', 1, config);
  }
}

/** Short for `new AveragePooling1D(config)`. */
export const averagePooling1d = (config: PoolingConfig = {}): AveragePooling1D => new AveragePooling1D(config);
