import { ops, type SeedGenerator, type Tensor } from '@capas/core';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomColorLayer, type RandomColorConfig } from './base-random-color.ts';
import type { Factor } from './factor.ts';

/** Options of {@link RandomBrightness}. */
export interface RandomBrightnessConfig extends RandomColorConfig {
  /** Bounds of what is added, as a share of the value range, from −1 to 1; `f` means from `−f` to `f`. */
  readonly factor: Factor;
}

/**
 * While training, adds to all pixels of an image a number that is drawn for it, and cuts off at the value range.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `factor` is not from −1 to 1.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_brightness.py`
 * @example
 * new RandomBrightness({ factor: 0.2 }).apply(images, { training: true });
 */
export class RandomBrightness extends BaseRandomColorLayer<RandomBrightnessConfig> {
  static override readonly className = 'RandomBrightness';

  constructor(config: RandomBrightnessConfig) {
    super(config, { low: -1, high: 1 });
  }

  override getRandomTransformation(images: ImagesShape, seeds: SeedGenerator): Tensor {
    const [dark, bright] = this.valueRange;
    return ops.multiply(super.getRandomTransformation(images, seeds), bright - dark);
  }

  override transformImages(images: Tensor, brightness: Tensor): Tensor {
    return ops.clip(ops.add(images, brightness), ...this.valueRange);
  }
}

/** Short for `new RandomBrightness(config)`. */
export const randomBrightness = (config: RandomBrightnessConfig): RandomBrightness => new RandomBrightness(config);
