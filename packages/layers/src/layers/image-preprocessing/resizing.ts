import { ArgumentError, type DType, ops, requireOneOf, requirePositiveInteger, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import {
  BaseImagePreprocessingLayer,
  type ImagePreprocessingConfig,
  type ImagesShape,
} from './base-image-preprocessing.ts';
import { boxesInFrame, croppedFrame, type Frame, paddedFrame } from './frame.ts';

/** Options of {@link Resizing}. */
export interface ResizingConfig extends ImagePreprocessingConfig {
  readonly height: number;
  readonly width: number;
  /** @defaultValue `'bilinear'` */
  readonly interpolation?: 'bilinear' | 'nearest' | 'bicubic' | 'area' | 'lanczos3' | 'lanczos5';
  /** Whether to cut images to the aspect ratio of the output first. @defaultValue `false` */
  readonly cropToAspectRatio?: boolean;
  /** Whether to add borders that give images the aspect ratio of the output first. @defaultValue `false` */
  readonly padToAspectRatio?: boolean;
  /** What such borders are filled with. @defaultValue `'constant'` */
  readonly fillMode?: 'constant';
  /** @defaultValue 0 */
  readonly fillValue?: number;
  /** Whether shrinking averages over all pixels. @defaultValue `false` */
  readonly antialias?: boolean;
}

const defaults = {
  interpolation: 'bilinear',
  cropToAspectRatio: false,
  padToAspectRatio: false,
  fillMode: 'constant',
  fillValue: 0,
  antialias: false,
} as const;

/**
 * Resizes images, in training and otherwise. Masks are resized by the nearest pixel; bytes and other whole numbers stay whole.
 *
 * Shapes: `[...batch, h, w, channels]` → `[...batch, height, width, channels]`, with channels first accordingly.
 *
 * @throws ArgumentError if a size is not an integer above 0, or both ways to keep the aspect ratio are asked for.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/resizing.py`
 * @example
 * new Resizing({ height: 32, width: 32 }).apply(ops.ones([1, 48, 64, 3])).shape; // [1, 32, 32, 3]
 */
export class Resizing extends BaseImagePreprocessingLayer<Resolved<ResizingConfig, typeof defaults>, Frame> {
  static override readonly className = 'Resizing';
  protected override readonly isAlwaysApplied = true;

  constructor(config: ResizingConfig) {
    super({ ...defaults, ...config });
    const { interpolation, cropToAspectRatio, padToAspectRatio, fillMode } = this.config;
    requirePositiveInteger('Resizing', 'height', config.height);
    requirePositiveInteger('Resizing', 'width', config.width);
    const all = ['bilinear', 'nearest', 'bicubic', 'area', 'lanczos3', 'lanczos5'] as const;
    requireOneOf('Resizing', 'interpolation', interpolation, all);
    requireOneOf('Resizing', 'fillMode', fillMode, ['constant']);
    if (cropToAspectRatio && padToAspectRatio)
      throw new ArgumentError('Resizing', 'padToAspectRatio', 'false where cropToAspectRatio is true', true);
  }

  protected override get outputSize(): readonly [number, number] {
    return [this.config.height, this.config.width];
  }

  override outputDType([images]: readonly DType[]): DType {
    return images === 'int32' ? 'int32' : 'float32';
  }

  override getRandomTransformation({ height, width }: ImagesShape): Frame {
    const { cropToAspectRatio, padToAspectRatio } = this.config;
    if (cropToAspectRatio) return croppedFrame(height, width, this.outputSize);
    if (padToAspectRatio) return paddedFrame(height, width, this.outputSize);
    return { top: 0, left: 0, height, width };
  }

  override transformImages(images: Tensor): Tensor {
    return this.#resized(images, this.config.interpolation);
  }

  override transformBoxes(boxes: Tensor, frame: Frame): Tensor {
    return boxesInFrame(boxes, frame, this.outputSize);
  }

  override transformSegmentationMasks(masks: Tensor): Tensor {
    return this.#resized(masks, 'nearest');
  }

  #resized(images: Tensor, interpolation: ResizingConfig['interpolation'] & string): Tensor {
    const { antialias, cropToAspectRatio, padToAspectRatio, fillValue } = this.config;
    const options = { interpolation, antialias, cropToAspectRatio, padToAspectRatio, fillValue };
    const resized = ops.image.resize(images, this.outputSize, options);
    // bytes stay bytes where a kernel overshoots; other whole numbers stay within their range
    const overshoots = interpolation === 'bicubic' || interpolation.startsWith('lanczos');
    if (images.dtype !== 'int32' || !overshoots) return resized;
    return ops.clip(resized, ops.minimum(ops.min(images), 0), ops.maximum(ops.max(images), 255));
  }
}

/** Short for `new Resizing(config)`. */
export const resizing = (config: ResizingConfig): Resizing => new Resizing(config);
