import { ops, type SeedGenerator, type Tensor } from '@capas/core';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomColorLayer, type RandomColorConfig } from './base-random-color.ts';
import { decisions } from './draws.ts';
import type { Factor } from './factor.ts';

/** Options of {@link RandomInvert}. */
export interface RandomInvertConfig extends RandomColorConfig {
  /** Bounds of the probability that an image is inverted; `f` means, as in Keras, from 0 to `f`. @defaultValue 1 */
  readonly factor?: Factor;
}

/**
 * While training, makes of a share of the images their negatives: the upper bound of the value range less each value.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `factor` is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_invert.py`
 * @example
 * new RandomInvert({ factor: [0.5, 0.5] }).apply(images, { training: true }); // half of them
 */
export class RandomInvert extends BaseRandomColorLayer<RandomInvertConfig> {
  static override readonly className = 'RandomInvert';

  constructor(config: RandomInvertConfig = {}) {
    super({ factor: 1, ...config }, { low: 0, high: 1 });
  }

  override getRandomTransformation({ batch }: ImagesShape, seeds: SeedGenerator): Tensor {
    return decisions(batch, this.factor, seeds);
  }

  override transformImages(images: Tensor, isInverted: Tensor): Tensor {
    return ops.where(isInverted, ops.subtract(this.valueRange[1], images), images);
  }
}

/** Short for `new RandomInvert(config)`. */
export const randomInvert = (config: RandomInvertConfig = {}): RandomInvert => new RandomInvert(config);
