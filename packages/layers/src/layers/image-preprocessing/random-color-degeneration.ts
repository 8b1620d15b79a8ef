import { ops, type Tensor } from '@capas/core';
import { BaseRandomColorLayer, type RandomColorConfig } from './base-random-color.ts';
import type { Factor } from './factor.ts';

/** Options of {@link RandomColorDegeneration}. */
export interface RandomColorDegenerationConfig extends RandomColorConfig {
  /** Bounds of how gray images become, from −1 to 1: 0 leaves the colors, 1 takes them all; `f` means from `−f` to `f`. */
  readonly factor: Factor;
}

/**
 * While training, takes color out of each image: `x + f · (gray − x)`, with `f` drawn for it.
 *
 * Shapes: the output has the shape of the input, with 3 channels.
 *
 * @throws ArgumentError if `factor` is not from −1 to 1.
 * @throws ShapeError if there are not 3 channels.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_color_degeneration.py`
 * @example
 * new RandomColorDegeneration({ factor: [0, 0.5] }).apply(images, { training: true });
 */
export class RandomColorDegeneration extends BaseRandomColorLayer<RandomColorDegenerationConfig> {
  static override readonly className = 'RandomColorDegeneration';

  constructor(config: RandomColorDegenerationConfig) {
    super(config, { low: -1, high: 1 });
  }

  override transformImages(images: Tensor, share: Tensor): Tensor {
    const colors = ops.cast(images, 'float32');
    const gray = ops.image.rgbToGrayscale(colors);
    const changed = ops.add(colors, ops.multiply(share, ops.subtract(gray, colors)));
    return ops.clip(changed, ...this.valueRange);
  }
}

/** Short for `new RandomColorDegeneration(config)`. */
export const randomColorDegeneration = (config: RandomColorDegenerationConfig): RandomColorDegeneration =>
  new RandomColorDegeneration(config);
