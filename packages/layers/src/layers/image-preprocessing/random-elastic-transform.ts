import { ArgumentError, ops, random, requireNumber, requireOneOf, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { BoundingBoxes } from '../../utils/bounding-boxes/boxes.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';
import { decisions } from './draws.ts';
import { boundedFactor, type Factor, type Pair, requireValueRange } from './factor.ts';
import type { ValueRangeOption } from './value-range.ts';

/** Options of {@link RandomElasticTransform}. */
export interface RandomElasticTransformConfig extends RandomImageConfig, ValueRangeOption {
  /** Bounds of the probability that an image is changed: `f` means from 0 to `f`. @defaultValue 1 */
  readonly factor?: Factor;
  /** Bounds of how strong the distortion is, from 0 to 1; `f` means from 0 to `f`. @defaultValue 1 */
  readonly scale?: Factor;
  /** @defaultValue `'bilinear'` */
  readonly interpolation?: 'bilinear' | 'nearest';
  /** What lies beyond the edge. @defaultValue `'reflect'` */
  readonly fillMode?: 'constant' | 'nearest' | 'wrap' | 'mirror' | 'reflect';
  /** What `'constant'` fills with. @defaultValue 0 */
  readonly fillValue?: number;
}

const defaults = {
  factor: 1,
  scale: 1,
  interpolation: 'bilinear',
  fillMode: 'reflect',
  fillValue: 0,
  valueRange: [0, 255],
} as const;

/** Where each pixel of the result comes from: rows and columns, each `[n, h, w, 1]`. */
interface Distortion {
  readonly rows: Tensor;
  readonly columns: Tensor;
}

/**
 * While training, distorts images as if they were printed on rubber: each pixel is moved by a smooth random field.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `factor` or `scale` is not from 0 to 1, or there are bounding boxes.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_elastic_transform.py`; there, a mask is distorted
 *   by another field than its image.
 * @example
 * new RandomElasticTransform({ scale: 0.5 }).apply(images, { training: true });
 */
export class RandomElasticTransform extends BaseRandomImageLayer<
  Resolved<RandomElasticTransformConfig, typeof defaults>,
  Distortion
> {
  static override readonly className = 'RandomElasticTransform';
  readonly #factor: Pair;
  readonly #scale: Pair;

  constructor(config: RandomElasticTransformConfig = {}) {
    const who = 'RandomElasticTransform';
    const given = { ...defaults, ...config };
    const factor = boundedFactor(who, 'factor', given.factor, { low: 0, high: 1 });
    const scale = boundedFactor(who, 'scale', given.scale, { low: 0, high: 1 });
    super({ ...given, factor, scale, valueRange: requireValueRange(who, given.valueRange) });
    this.#factor = factor;
    this.#scale = scale;
    requireOneOf(who, 'interpolation', given.interpolation, ['bilinear', 'nearest']);
    requireOneOf(who, 'fillMode', given.fillMode, ['constant', 'nearest', 'wrap', 'mirror', 'reflect']);
    requireNumber(who, 'fillValue', given.fillValue);
  }

  override getRandomTransformation({ batch, height, width }: ImagesShape, seeds: SeedGenerator): Distortion {
    const isMoved = ops.cast(decisions(batch, this.#factor, seeds), 'float32');
    const [minval, maxval] = this.#scale;
    const strength = random.uniform([], { minval, maxval, seed: seeds });
    const reach = ops.multiply(strength, Math.max(height, width) * 0.1);
    const smoothness = Math.min(height, width) * 0.05;
    // Keras's window has three standard deviations; its size cannot change with what is drawn
    const kernelSize = (6 * Math.trunc(smoothness * maxval)) | 1;
    const sigma = ops.add(ops.multiply(strength, smoothness), 1e-6);
    const shift = (): Tensor => {
      const noise = ops.multiply(random.normal([batch, height, width, 1], { seed: seeds }), sigma);
      const smooth = ops.image.gaussianBlur(noise, { kernelSize, sigma: ops.stack([sigma, sigma]) });
      return ops.multiply(ops.multiply(smooth, reach), isMoved);
    };
    const along = (length: number, shape: readonly number[]): Tensor =>
      ops.reshape(ops.cast(ops.arange(length), 'float32'), shape);
    const columns = ops.add(along(width, [1, 1, width, 1]), shift());
    return { rows: ops.add(along(height, [1, height, 1, 1]), shift()), columns };
  }

  override transformImages(images: Tensor, distortion: Distortion): Tensor {
    const moved = this.#moved(ops.cast(images, 'float32'), distortion, this.config.interpolation);
    return ops.clip(moved, ...this.config.valueRange);
  }

  override transformSegmentationMasks(masks: Tensor, distortion: Distortion): Tensor {
    return this.#moved(masks, distortion, 'nearest');
  }

  override transformBoundingBoxes({ boxes }: BoundingBoxes): BoundingBoxes {
    const expected = 'left out, a box is no box any more when it is distorted';
    throw new ArgumentError('RandomElasticTransform', 'boundingBoxes', expected, boxes);
  }

  #moved(images: Tensor, { rows, columns }: Distortion, interpolation: 'bilinear' | 'nearest'): Tensor {
    const { fillMode, fillValue } = this.config;
    const index = (axis: 0 | 3): Tensor => {
      const length = images.shape[axis]!;
      return ops.reshape(ops.cast(ops.arange(length), 'float32'), [1, 1, 1, 1].with(axis, length));
    };
    const places = [index(0), rows, columns, index(3)].map((place) => ops.broadcastTo(place, images.shape));
    const order = interpolation === 'nearest' ? 0 : 1;
    return ops.image.mapCoordinates(images, ops.stack(places), order, { fillMode, fillValue });
  }
}

/** Short for `new RandomElasticTransform(config)`. */
export const randomElasticTransform = (config: RandomElasticTransformConfig = {}): RandomElasticTransform =>
  new RandomElasticTransform(config);
