import { ops, random, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomProjection, mapsOf, type ProjectionConfig, projectionDefaults } from './base-random-projection.ts';
import { boundedFactor, type Factor } from './factor.ts';

/** Options of {@link RandomRotation}. */
export interface RandomRotationConfig extends ProjectionConfig {
  /** Bounds of the angle as a share of a full turn, to the left where positive: `f` means from `−f` to `f`. */
  readonly factor: Factor;
}

/**
 * While training, turns each image around its middle by an angle of its own.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `factor` is not from −1 to 1.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_rotation.py`
 * @example
 * new RandomRotation({ factor: 0.1 }).apply(images, { training: true }); // by −36° to 36°
 */
export class RandomRotation extends BaseRandomProjection<Resolved<RandomRotationConfig, typeof projectionDefaults>> {
  static override readonly className = 'RandomRotation';

  constructor(config: RandomRotationConfig) {
    const factor = boundedFactor('RandomRotation', 'factor', config.factor, { low: -1, high: 1 });
    super({ ...projectionDefaults, ...config, factor });
  }

  override getRandomTransformation({ batch, height, width }: ImagesShape, seeds: SeedGenerator): Tensor {
    const [low, high] = this.config.factor as readonly [number, number];
    const degrees = random.uniform([batch, 1], { minval: low * 360, maxval: high * 360, seed: seeds });
    const angle = ops.multiply(degrees, Math.PI / 180);
    const [cos, sin] = [ops.cos(angle), ops.sin(angle)];
    const [x, y] = [(width - 1) / 2, (height - 1) / 2];
    const across = ops.add(ops.subtract(x, ops.multiply(cos, x)), ops.multiply(sin, y));
    const down = ops.subtract(ops.subtract(y, ops.multiply(sin, x)), ops.multiply(cos, y));
    return mapsOf([cos, ops.negative(sin), across, sin, cos, down, 0, 0]);
  }
}

/** Short for `new RandomRotation(config)`. */
export const randomRotation = (config: RandomRotationConfig): RandomRotation => new RandomRotation(config);
