import { SpatialDropout, type SpatialDropoutConfig } from './spatial-dropout.ts';

/**
 * While training, sets whole feature maps to 0, a share `rate` of them, and scales the others by `1 / (1 − rate)`.
 *
 * Shapes: inputs `[batch, steps, channels]` → the same.
 *
 * @throws ArgumentError if `rate` is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/regularization/spatial_dropout.py`
 * @example
 * new SpatialDropout1D({ rate: 0.5 }).apply(ops.ones([8, 10, 4]), { training: true });
 */
export class SpatialDropout1D extends SpatialDropout {
  static override readonly className = 'SpatialDropout1D';

  constructor(config: SpatialDropoutConfig) {
    super(config, 3);
  }
}

/** Short for `new SpatialDropout1D(config)`. */
export const spatialDropout1d = (config: SpatialDropoutConfig): SpatialDropout1D => new SpatialDropout1D(config);
