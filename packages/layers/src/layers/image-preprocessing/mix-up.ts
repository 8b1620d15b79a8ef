import { ops, random, requireNumber, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { BoundingBoxes } from '../../utils/bounding-boxes/boxes.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';
import { blend, type Mixture } from './mixture.ts';

/** Options of {@link MixUp}. */
export interface MixUpConfig extends RandomImageConfig {
  /** The parameter of the beta distribution of the shares: small ones leave images nearly as they are. @defaultValue 0.2 */
  readonly alpha?: number;
}

const defaults = { alpha: 0.2 } as const;

/**
 * While training, mixes each image with another one of the batch, and their labels in the same proportion:
 * `w · x + (1 − w) · other`. Boxes of both are kept.
 *
 * Shapes: the output has the shape of the input; of boxes there are twice as many.
 *
 * @throws ArgumentError if `alpha` is not above 0.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/mix_up.py`; Zhang et al., "mixup", 2018
 * @example
 * new MixUp().apply({ images, labels: ops.oneHot(classes, 10) }, { training: true });
 */
export class MixUp extends BaseRandomImageLayer<Resolved<MixUpConfig, typeof defaults>, Mixture> {
  static override readonly className = 'MixUp';

  constructor(config: MixUpConfig = {}) {
    super({ ...defaults, ...config });
    requireNumber('MixUp', 'alpha', this.config.alpha, Number.MIN_VALUE);
  }

  override getRandomTransformation({ batch }: ImagesShape, seeds: SeedGenerator): Mixture {
    const order = random.shuffle(ops.arange(batch), { seed: seeds });
    const { alpha } = this.config;
    return { order, share: random.beta([batch], alpha, alpha, { seed: seeds }) };
  }

  override transformImages(images: Tensor, mixture: Mixture): Tensor {
    return blend(images, mixture);
  }

  override transformLabels(labels: Tensor, mixture: Mixture): Tensor {
    return blend(labels, mixture);
  }

  override transformSegmentationMasks(masks: Tensor, mixture: Mixture): Tensor {
    return blend(masks, mixture);
  }

  override transformBoundingBoxes({ boxes, labels }: BoundingBoxes, { order }: Mixture): BoundingBoxes {
    const withOthers = (own: Tensor): Tensor => ops.concatenate([own, ops.take(own, order, { axis: 0 })], { axis: 1 });
    return { boxes: withOthers(boxes), labels: withOthers(labels) };
  }
}

/** Short for `new MixUp(config)`. */
export const mixUp = (config: MixUpConfig = {}): MixUp => new MixUp(config);
