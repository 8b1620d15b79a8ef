import { ops, type SeedGenerator, type Tensor } from '@capas/core';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomColorLayer, type RandomColorConfig } from './base-random-color.ts';
import { signs } from './draws.ts';
import type { Factor } from './factor.ts';
import { changeRange } from './value-range.ts';

/** Options of {@link RandomHue}. */
export interface RandomHueConfig extends RandomColorConfig {
  /** Bounds of how far hues move, to either side, from 0 to 1, the opposite color; `f` means from 0 to `f`. */
  readonly factor: Factor;
}

/**
 * While training, moves the hues of each image around the color circle, by an angle that is drawn for it.
 *
 * Shapes: the output has the shape of the input, with 3 channels.
 *
 * @throws ArgumentError if `factor` is not from 0 to 1.
 * @throws ShapeError if there are not 3 channels.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_hue.py`
 * @example
 * new RandomHue({ factor: 0.2 }).apply(images, { training: true });
 */
export class RandomHue extends BaseRandomColorLayer<RandomHueConfig> {
  static override readonly className = 'RandomHue';

  constructor(config: RandomHueConfig) {
    super(config, { low: 0, high: 1 });
  }

  override getRandomTransformation(images: ImagesShape, seeds: SeedGenerator): Tensor {
    const sign = signs([images.batch, 1, 1, 1], seeds);
    // half of the circle is as far as it goes
    return ops.multiply(ops.multiply(sign, super.getRandomTransformation(images, seeds)), 0.5);
  }

  override transformImages(images: Tensor, turn: Tensor): Tensor {
    const { valueRange } = this;
    const colors = changeRange(ops.cast(images, 'float32'), valueRange, [0, 1]);
    const [hue, saturation, value] = ops.split(ops.image.rgbToHsv(colors), 3, { axis: -1 }) as [Tensor, Tensor, Tensor];
    const moved = ops.add(hue, turn);
    const low = ops.where(ops.greater(moved, 1), ops.subtract(moved, 1), moved);
    const around = ops.where(ops.less(low, 0), ops.add(low, 1), low);
    const changed = ops.image.hsvToRgb(ops.concatenate([around, saturation, value], { axis: -1 }));
    return changeRange(ops.clip(changed, 0, 1), [0, 1], valueRange);
  }
}

/** Short for `new RandomHue(config)`. */
export const randomHue = (config: RandomHueConfig): RandomHue => new RandomHue(config);
