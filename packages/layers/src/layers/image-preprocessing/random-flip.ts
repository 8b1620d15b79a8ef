import { ops, random, requireOneOf, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';

/** Options of {@link RandomFlip}. */
export interface RandomFlipConfig extends RandomImageConfig {
  /** Which sides are exchanged: left and right, top and bottom, or both at once. @defaultValue `'horizontalAndVertical'` */
  readonly mode?: 'horizontal' | 'vertical' | 'horizontalAndVertical' | 'horizontal_and_vertical';
}

const defaults = { mode: 'horizontalAndVertical' } as const;

/**
 * While training, flips each image with probability ½. As in Keras, the mode for both directions makes one decision for both.
 *
 * Shapes: the output has the shape of the input.
 *
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_flip.py`
 * @example
 * new RandomFlip({ mode: 'horizontal' }).apply(images, { training: true });
 */
export class RandomFlip extends BaseRandomImageLayer<Resolved<RandomFlipConfig, typeof defaults>, Tensor> {
  static override readonly className = 'RandomFlip';

  constructor(config: RandomFlipConfig = {}) {
    super({ ...defaults, ...config });
    const all = ['horizontal', 'vertical', 'horizontalAndVertical', 'horizontal_and_vertical'] as const;
    requireOneOf('RandomFlip', 'mode', this.config.mode, all);
  }

  override getRandomTransformation({ batch }: ImagesShape, seeds: SeedGenerator): Tensor {
    return ops.lessEqual(random.uniform([batch, 1, 1, 1], { seed: seeds }), 0.5);
  }

  override transformImages(images: Tensor, isFlipped: Tensor): Tensor {
    return ops.where(isFlipped, ops.flip(images, { axis: this.#axes }), images);
  }

  override transformBoxes(boxes: Tensor, isFlipped: Tensor, { height, width }: ImagesShape): Tensor {
    const [x1, y1, x2, y2] = ops.split(boxes, 4, { axis: -1 }) as [Tensor, Tensor, Tensor, Tensor];
    const mirrored = (length: number, column: Tensor): Tensor => ops.subtract(length, column);
    const across = this.#axes.includes(2) ? [mirrored(width, x2), mirrored(width, x1)] : [x1, x2];
    const down = this.#axes.includes(1) ? [mirrored(height, y2), mirrored(height, y1)] : [y1, y2];
    const flipped = ops.concatenate([across[0]!, down[0]!, across[1]!, down[1]!], { axis: -1 });
    return ops.where(ops.squeeze(isFlipped, { axis: 3 }), flipped, boxes);
  }

  override transformSegmentationMasks(masks: Tensor, isFlipped: Tensor): Tensor {
    return this.transformImages(masks, isFlipped);
  }

  /** Of images `[n, h, w, c]`. */
  get #axes(): readonly number[] {
    if (this.config.mode === 'horizontal') return [2];
    return this.config.mode === 'vertical' ? [1] : [1, 2];
  }
}

/** Short for `new RandomFlip(config)`. */
export const randomFlip = (config: RandomFlipConfig = {}): RandomFlip => new RandomFlip(config);
