import { SpatialDropout, type SpatialDropoutImageConfig } from './spatial-dropout.ts';

/**
 * While training, sets whole feature maps to 0, a share `rate` of them, and scales the others by `1 / (1 − rate)`.
 *
 * Shapes: inputs `[batch, depth, height, width, channels]` (or channels first) → the same.
 *
 * @throws ArgumentError if `rate` is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/regularization/spatial_dropout.py`
 * @example
 * new SpatialDropout3D({ rate: 0.5 }).apply(ops.ones([8, 5, 10, 10, 4]), { training: true });
 */
export class SpatialDropout3D extends SpatialDropout {
  static override readonly className = 'SpatialDropout3D';

  constructor(config: SpatialDropoutImageConfig) {
    super(config, 5);
  }
}

/** Short for `new SpatialDropout3D(config)`. */
export const spatialDropout3d = (config: SpatialDropoutImageConfig): SpatialDropout3D => new SpatialDropout3D(config);
