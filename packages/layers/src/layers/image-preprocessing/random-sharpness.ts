import { ops, type Tensor } from '@capas/core';
import { BaseRandomColorLayer, type RandomColorConfig } from './base-random-color.ts';
import type { Factor } from './factor.ts';

/** Options of {@link RandomSharpness}. */
export interface RandomSharpnessConfig extends RandomColorConfig {
  /** Bounds of the sharpness, from 0 to 1: 0 blurs, 0.5 leaves images as they are, 1 sharpens; `f` means from 0 to `f`. */
  readonly factor: Factor;
}

/**
 * While training, sharpens or blurs each image: `x + (1 − 2 f) · (smooth − x)`, with `f` drawn for it.
 *
 * `smooth` weighs a pixel with 5/13 and each neighbour with 1/13; beyond the edge it sees 0.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `factor` is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_sharpness.py`
 * @example
 * new RandomSharpness({ factor: [0.3, 0.7] }).apply(images, { training: true });
 */
export class RandomSharpness extends BaseRandomColorLayer<RandomSharpnessConfig> {
  static override readonly className = 'RandomSharpness';

  constructor(config: RandomSharpnessConfig) {
    super(config, { low: 0, high: 1 });
  }

  override transformImages(given: Tensor, factor: Tensor): Tensor {
    const images = ops.cast(given, 'float32');
    const smooth = ops.depthwiseConv(images, smoothing(images.shape[3]!), { padding: 'same' });
    const blur = ops.subtract(1, ops.multiply(factor, 2));
    const changed = ops.add(images, ops.multiply(blur, ops.subtract(smooth, images)));
    return ops.clip(changed, ...this.valueRange);
  }
}

/** The kernel `[3, 3, channels, 1]`. */
function smoothing(channels: number): Tensor {
  const weights = Array.from({ length: 9 }, (_, i) => (i === 4 ? 5 : 1) / 13);
  return ops.tile(ops.reshape(weights, [3, 3, 1, 1]), [1, 1, channels, 1]);
}

/** Short for `new RandomSharpness(config)`. */
export const randomSharpness = (config: RandomSharpnessConfig): RandomSharpness => new RandomSharpness(config);
