import { type DType, ops, random, requireNumber, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';

/** Options of {@link RandomGrayscale}. */
export interface RandomGrayscaleConfig extends RandomImageConfig {
  /** The probability that an image becomes gray, from 0 to 1. @defaultValue 0.5 */
  readonly factor?: number;
}

const defaults = { factor: 0.5 } as const;

/**
 * While training, takes the colors out of a share of the images; they keep three channels, all the same.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `factor` is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_grayscale.py`
 * @example
 * new RandomGrayscale({ factor: 0.2 }).apply(images, { training: true });
 */
export class RandomGrayscale extends BaseRandomImageLayer<Resolved<RandomGrayscaleConfig, typeof defaults>, Tensor> {
  static override readonly className = 'RandomGrayscale';

  constructor(config: RandomGrayscaleConfig = {}) {
    super({ ...defaults, ...config });
    requireNumber('RandomGrayscale', 'factor', this.config.factor, 0, 1);
  }

  override outputDType([images]: readonly DType[]): DType {
    return images ?? 'float32';
  }

  override getRandomTransformation({ batch }: ImagesShape, seeds: SeedGenerator): Tensor {
    return ops.less(random.uniform([batch, 1, 1, 1], { seed: seeds }), this.config.factor);
  }

  override transformImages(images: Tensor, isGray: Tensor): Tensor {
    return ops.where(isGray, ops.image.rgbToGrayscale(images), images);
  }
}

/** Short for `new RandomGrayscale(config)`. */
export const randomGrayscale = (config: RandomGrayscaleConfig = {}): RandomGrayscale => new RandomGrayscale(config);
