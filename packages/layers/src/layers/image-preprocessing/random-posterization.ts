import { ops, random, requireInteger, type SeedGenerator, type Tensor } from '@capas/core';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomColorLayer, type RandomColorConfig } from './base-random-color.ts';
import type { Factor } from './factor.ts';
import { BYTES, changeRange } from './value-range.ts';

/** Options of {@link RandomPosterization}. */
export interface RandomPosterizationConfig extends RandomColorConfig {
  /** Bounds of the number of bits that are kept, from 1 to 8, the upper one excluded; `f` means from 1 to `f`. */
  readonly factor: Factor;
}

/**
 * While training, leaves each image fewer shades: of the 8 bits of a value the upper ones are kept, as many as are drawn for it.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `factor` is not from 1 to 8, or not whole.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_posterization.py`
 * @example
 * new RandomPosterization({ factor: [3, 6] }).apply(images, { training: true }); // 8, 16 or 32 shades
 */
export class RandomPosterization extends BaseRandomColorLayer<RandomPosterizationConfig> {
  static override readonly className = 'RandomPosterization';

  constructor(config: RandomPosterizationConfig) {
    super(config, { low: 1, high: 8 });
    for (const bits of this.factor)
      requireInteger('RandomPosterization', 'factor', bits, 0, 'an integer from 1 to 8, or two');
  }

  /** The distance of the shades that are kept, a power of 2. */
  override getRandomTransformation({ batch }: ImagesShape, seeds: SeedGenerator): Tensor {
    const [low, high] = this.factor;
    const shape = [batch, 1, 1, 1];
    const bits =
      low === high ? ops.full(shape, low, { dtype: 'int32' }) : random.randint(shape, low, high, { seed: seeds });
    return ops.take(DISTANCES, bits);
  }

  override transformImages(images: Tensor, distance: Tensor): Tensor {
    const { valueRange } = this;
    const bytes = ops.clip(ops.floor(changeRange(ops.cast(images, 'float32'), valueRange, BYTES)), ...BYTES);
    const kept = ops.multiply(ops.floor(ops.divide(bytes, distance)), distance);
    return changeRange(kept, BYTES, valueRange);
  }
}

/** By the number of bits: 256, 128, … 1. */
const DISTANCES = Array.from({ length: 9 }, (_, bits) => 2 ** (8 - bits));

/** Short for `new RandomPosterization(config)`. */
export const randomPosterization = (config: RandomPosterizationConfig): RandomPosterization =>
  new RandomPosterization(config);
