import { ops, random, requirePositiveInteger, type SeedGenerator, type Tensor } from '@capas/core';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';
import { boxesInFrame, croppedFrame, type Frame, showFrame } from './frame.ts';

/** Options of {@link RandomCrop}. */
export interface RandomCropConfig extends RandomImageConfig {
  readonly height: number;
  readonly width: number;
}

/**
 * While training, cuts a part of the given size out of the images of a batch, at a random place that they share. Images that
 * are no larger than that in both directions are cut in the middle, and resized where something is missing.
 *
 * As in Keras, images keep their size outside of training: put a `Resizing` or `CenterCrop` in front where both are needed.
 *
 * Shapes: `[...batch, h, w, channels]` → `[...batch, height, width, channels]`, with channels first accordingly.
 *
 * @throws ArgumentError if a size is not an integer above 0.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_crop.py`
 * @example
 * new RandomCrop({ height: 2, width: 2 }).apply(ops.ones([1, 4, 5, 3]), { training: true }).shape; // [1, 2, 2, 3]
 */
export class RandomCrop extends BaseRandomImageLayer<RandomCropConfig, Frame> {
  static override readonly className = 'RandomCrop';

  constructor(config: RandomCropConfig) {
    super(config);
    requirePositiveInteger('RandomCrop', 'height', config.height);
    requirePositiveInteger('RandomCrop', 'width', config.width);
  }

  protected override get outputSize(): readonly [number, number] {
    return [this.config.height, this.config.width];
  }

  override getRandomTransformation(images: ImagesShape, seeds: SeedGenerator): Frame {
    const { height, width } = this.config;
    if (images.height > height && images.width > width) {
      const top = random.randint([], 0, images.height - height + 1, { seed: seeds });
      const left = random.randint([], 0, images.width - width + 1, { seed: seeds });
      return { top, left, height, width };
    }
    const { top, left } = croppedFrame(images.height, images.width, this.outputSize);
    return { top, left, height: Math.min(height, images.height - top), width: Math.min(width, images.width - left) };
  }

  override transformImages(images: Tensor, frame: Frame): Tensor {
    return showFrame(ops.cast(images, 'float32'), frame, this.outputSize, 'bilinear');
  }

  override transformBoxes(boxes: Tensor, frame: Frame): Tensor {
    return boxesInFrame(boxes, frame, this.outputSize);
  }

  override transformSegmentationMasks(masks: Tensor, frame: Frame): Tensor {
    return showFrame(masks, frame, this.outputSize, 'nearest');
  }
}

/** Short for `new RandomCrop(config)`. */
export const randomCrop = (config: RandomCropConfig): RandomCrop => new RandomCrop(config);
