import { ops, random, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomProjection, mapsOf, type ProjectionConfig, projectionDefaults } from './base-random-projection.ts';
import { type Factor, type Pair, symmetricFactor } from './factor.ts';

/** Options of {@link RandomZoom}. */
export interface RandomZoomConfig extends ProjectionConfig {
  /** Bounds of how much more height is shown: positive zooms out, negative in; `f` means from `−f` to `f`. */
  readonly heightFactor: Factor;
  /** The same for the width. @defaultValue that of the height, so that the aspect ratio stays */
  readonly widthFactor?: Factor | null;
}

/**
 * While training, zooms each image in or out, by factors of its own.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if a factor is not above −1 and up to 1.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_zoom.py`
 * @example
 * new RandomZoom({ heightFactor: [-0.2, 0] }).apply(images, { training: true }); // up to a fifth closer
 */
export class RandomZoom extends BaseRandomProjection<Resolved<RandomZoomConfig, typeof projectionDefaults>> {
  static override readonly className = 'RandomZoom';
  readonly #height: Pair;
  readonly #width: Pair | undefined;

  constructor(config: RandomZoomConfig) {
    super({ ...projectionDefaults, widthFactor: null, ...config });
    const limits = { low: -1, high: 1, isOpen: true };
    this.#height = symmetricFactor('RandomZoom', 'heightFactor', config.heightFactor, limits);
    const { widthFactor } = config;
    if (widthFactor !== undefined && widthFactor !== null)
      this.#width = symmetricFactor('RandomZoom', 'widthFactor', widthFactor, limits);
  }

  override getRandomTransformation({ batch, height, width }: ImagesShape, seeds: SeedGenerator): Tensor {
    const draw = ([low, high]: Pair): Tensor =>
      random.uniform([batch, 1], { minval: 1 + low, maxval: 1 + high, seed: seeds });
    const down = draw(this.#height);
    const across = this.#width ? draw(this.#width) : down;
    const offset = (zoom: Tensor, length: number): Tensor => ops.multiply((length - 1) / 2, ops.subtract(1, zoom));
    return mapsOf([across, 0, offset(across, width), 0, down, offset(down, height), 0, 0]);
  }
}

/** Short for `new RandomZoom(config)`. */
export const randomZoom = (config: RandomZoomConfig): RandomZoom => new RandomZoom(config);
