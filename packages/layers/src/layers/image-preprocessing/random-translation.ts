import { ops, random, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomProjection, mapsOf, type ProjectionConfig, projectionDefaults } from './base-random-projection.ts';
import { type Factor, type Pair, symmetricFactor } from './factor.ts';

/** Options of {@link RandomTranslation}. */
export interface RandomTranslationConfig extends ProjectionConfig {
  /** Bounds of the way down as a share of the height: `f` means from `−f`, up, to `f`, down. */
  readonly heightFactor: Factor;
  /** Bounds of the way to the right as a share of the width. */
  readonly widthFactor: Factor;
}

/**
 * While training, moves each image down and to the side, as far as is drawn for it.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if a factor is not from −1 to 1.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_translation.py`
 * @example
 * new RandomTranslation({ heightFactor: 0.1, widthFactor: [0, 0.2] }).apply(images, { training: true });
 */
export class RandomTranslation extends BaseRandomProjection<
  Resolved<RandomTranslationConfig, typeof projectionDefaults>
> {
  static override readonly className = 'RandomTranslation';
  readonly #height: Pair;
  readonly #width: Pair;

  constructor(config: RandomTranslationConfig) {
    super({ ...projectionDefaults, ...config });
    const limits = { low: -1, high: 1 };
    this.#height = symmetricFactor('RandomTranslation', 'heightFactor', config.heightFactor, limits);
    this.#width = symmetricFactor('RandomTranslation', 'widthFactor', config.widthFactor, limits);
  }

  override getRandomTransformation({ batch, height, width }: ImagesShape, seeds: SeedGenerator): Tensor {
    const draw = ([minval, maxval]: Pair, length: number): Tensor =>
      ops.multiply(random.uniform([batch, 1], { minval, maxval, seed: seeds }), -length);
    const down = draw(this.#height, height);
    return mapsOf([1, 0, draw(this.#width, width), 0, 1, down, 0, 0]);
  }
}

/** Short for `new RandomTranslation(config)`. */
export const randomTranslation = (config: RandomTranslationConfig): RandomTranslation => new RandomTranslation(config);
