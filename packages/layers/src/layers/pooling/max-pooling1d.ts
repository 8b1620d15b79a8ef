import { BasePooling, type PoolingConfig } from './base-pooling.ts';

/**
 * Takes the largest element of each window of a sequence.
 *
 * Shapes: inputs `[batch, steps, channels]` → output `[batch, newSteps, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/pooling/max_pooling1d.py`
 * @example
 * new MaxPooling1D({ poolSize: 2 }).apply(ops.ones([8, 80, 16])).shape; // [8, 40, 16]
 */
export class MaxPooling1D extends BasePooling {
  static override readonly className = 'MaxPooling1D';

  constructor(config: PoolingConfig = {}) {
    super('maxPool', 1, config);
  }
}

/** Short for `new MaxPooling1D(config)`. */
export const maxPooling1d = (config: PoolingConfig = {}): MaxPooling1D => new MaxPooling1D(config);
