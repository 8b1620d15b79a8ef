import { SpatialDropout, type SpatialDropoutImageConfig } from './spatial-dropout.ts';

/**
 * While training, sets whole feature maps to 0, a share `rate` of them, and scales the others by `1 / (1 − rate)`.
 *
 * Shapes: inputs `[batch, height, width, channels]` (or channels first) → the same.
 *
 * @throws ArgumentError if `rate` is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/regularization/spatial_dropout.py`
 * @example
 * new SpatialDropout2D({ rate: 0.5 }).apply(ops.ones([8, 10, 10, 4]), { training: true });
 */
export class SpatialDropout2D extends SpatialDropout {
  static override readonly className = 'SpatialDropout2D';

  constructor(config: SpatialDropoutImageConfig) {
    super(config, 4);
  }
}

/** Short for `new SpatialDropout2D(config)`. */
export const spatialDropout2d = (config: SpatialDropoutImageConfig): SpatialDropout2D => new SpatialDropout2D(config);
