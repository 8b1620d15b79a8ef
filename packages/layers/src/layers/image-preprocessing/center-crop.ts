import { ops, requirePositiveInteger, type Tensor } from '@capas/core';
import {
  BaseImagePreprocessingLayer,
  type ImagePreprocessingConfig,
  type ImagesShape,
} from './base-image-preprocessing.ts';
import { boxesInFrame, croppedFrame, type Frame, showFrame } from './frame.ts';

/** Options of {@link CenterCrop}. */
export interface CenterCropConfig extends ImagePreprocessingConfig {
  readonly height: number;
  readonly width: number;
}

/**
 * Cuts out the middle of images, in training and otherwise. Images that are smaller than that in one direction are cut to the
 * aspect ratio of the output and enlarged instead.
 *
 * Shapes: `[...batch, h, w, channels]` → `[...batch, height, width, channels]`, with channels first accordingly.
 *
 * @throws ArgumentError if a size is not an integer above 0.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/center_crop.py`
 * @example
 * new CenterCrop({ height: 2, width: 2 }).apply(ops.ones([1, 4, 5, 3])).shape; // [1, 2, 2, 3]
 */
export class CenterCrop extends BaseImagePreprocessingLayer<CenterCropConfig, Frame> {
  static override readonly className = 'CenterCrop';
  protected override readonly isAlwaysApplied = true;

  constructor(config: CenterCropConfig) {
    super(config);
    requirePositiveInteger('CenterCrop', 'height', config.height);
    requirePositiveInteger('CenterCrop', 'width', config.width);
  }

  protected override get outputSize(): readonly [number, number] {
    return [this.config.height, this.config.width];
  }

  override getRandomTransformation({ height, width }: ImagesShape): Frame {
    const [down, across] = [height - this.config.height, width - this.config.width];
    if (down < 0 || across < 0) return croppedFrame(height, width, this.outputSize);
    const { height: tall, width: wide } = this.config;
    return { top: Math.floor(down / 2), left: Math.floor(across / 2), height: tall, width: wide };
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

/** Short for `new CenterCrop(config)`. */
export const centerCrop = (config: CenterCropConfig): CenterCrop => new CenterCrop(config);
