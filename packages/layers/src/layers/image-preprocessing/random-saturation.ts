import { ops, type SeedGenerator, type Tensor } from '@capas/core';
import { epsilon } from '../../losses/shapes.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomColorLayer, type RandomColorConfig } from './base-random-color.ts';
import type { Factor } from './factor.ts';

/** Options of {@link RandomSaturation}. */
export interface RandomSaturationConfig extends RandomColorConfig {
  /** Bounds of a factor `f`, of which saturation is multiplied by `f / (1 − f)`: 0 is gray, 0.5 leaves colors as they are. */
  readonly factor: Factor;
}

/**
 * While training, changes how saturated the colors of each image are, by a factor that is drawn for it.
 *
 * Shapes: the output has the shape of the input, with 3 channels.
 *
 * @throws ArgumentError if `factor` is not from −1 to 1.
 * @throws ShapeError if there are not 3 channels.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_saturation.py`
 * @example
 * new RandomSaturation({ factor: [0.4, 0.6] }).apply(images, { training: true });
 */
export class RandomSaturation extends BaseRandomColorLayer<RandomSaturationConfig> {
  static override readonly className = 'RandomSaturation';

  constructor(config: RandomSaturationConfig) {
    super(config, { low: -1, high: 1 });
  }

  override getRandomTransformation(images: ImagesShape, seeds: SeedGenerator): Tensor {
    const factor = super.getRandomTransformation(images, seeds);
    return ops.divide(factor, ops.add(ops.subtract(1, factor), epsilon()));
  }

  override transformImages(images: Tensor, factor: Tensor): Tensor {
    const [hue, saturation, value] = ops.split(ops.image.rgbToHsv(images), 3, { axis: -1 }) as [Tensor, Tensor, Tensor];
    const changed = ops.clip(ops.multiply(saturation, factor), ...this.valueRange);
    return ops.image.hsvToRgb(ops.concatenate([hue, changed, value], { axis: -1 }));
  }
}

/** Short for `new RandomSaturation(config)`. */
export const randomSaturation = (config: RandomSaturationConfig): RandomSaturation => new RandomSaturation(config);
