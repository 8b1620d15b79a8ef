import { ops, random, type SeedGenerator, type Tensor } from '@capas/core';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomColorLayer, type RandomColorConfig } from './base-random-color.ts';
import type { Factor } from './factor.ts';

/** Options of {@link RandomContrast}. */
export interface RandomContrastConfig extends RandomColorConfig {
  /** `[a, b]`: contrast is multiplied by 1 − a to 1 + b; `f` means, as in Keras, `[0, f]`. */
  readonly factor: Factor;
}

/**
 * While training, changes the contrast of each image: `(x − mean) · c + mean`, with the mean of each channel of the image and
 * `c` drawn for it, then cut off at the value range.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `factor` is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_contrast.py`
 * @example
 * new RandomContrast({ factor: [0.3, 0.3] }).apply(images, { training: true });
 */
export class RandomContrast extends BaseRandomColorLayer<RandomContrastConfig> {
  static override readonly className = 'RandomContrast';

  constructor(config: RandomContrastConfig) {
    super(config, { low: 0, high: 1 });
  }

  override getRandomTransformation({ batch }: ImagesShape, seeds: SeedGenerator): Tensor {
    const [low, high] = this.factor;
    return random.uniform([batch, 1, 1, 1], { minval: 1 - low, maxval: 1 + high, seed: seeds });
  }

  override transformImages(images: Tensor, contrast: Tensor): Tensor {
    const mean = ops.mean(ops.cast(images, 'float32'), { axis: [1, 2], keepdims: true });
    const changed = ops.add(ops.multiply(ops.subtract(images, mean), contrast), mean);
    return ops.clip(changed, ...this.valueRange);
  }
}

/** Short for `new RandomContrast(config)`. */
export const randomContrast = (config: RandomContrastConfig): RandomContrast => new RandomContrast(config);
