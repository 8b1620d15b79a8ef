import { ArgumentError, ops, random, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';
import { decisions } from './draws.ts';
import { boundedFactor, type Factor, type Pair, requireValueRange } from './factor.ts';
import { randomBox } from './random-box.ts';
import type { ValueRangeOption } from './value-range.ts';

/** Options of {@link RandomErasing}. */
export interface RandomErasingConfig extends RandomImageConfig, ValueRangeOption {
  /** Bounds of the probability that an image is changed: `f` means from 0 to `f`. @defaultValue 1 */
  readonly factor?: Factor;
  /** Bounds of what is the box's share of the area, when both are drawn the same. @defaultValue `[0.02, 0.33]` */
  readonly scale?: Factor;
  /** What the box is filled with: a number, three for the channels, or noise. @defaultValue `null`: noise */
  readonly fillValue?: number | readonly number[] | null;
}

const defaults = { factor: 1, scale: [0.02, 0.33], fillValue: null, valueRange: [0, 255] } as const;

/** What is done to each image. */
interface Erasing {
  /** Bool `[n, h, w, 1]`. */
  readonly isErased: Tensor;
  /** What stands there instead; broadcasts to the images. */
  readonly filling: Tensor;
}

/**
 * While training, fills a box in each image, of random size and place, so that a model does not rely on a single feature.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `factor` or `scale` is not from 0 to 1, or `fillValue` neither a number nor three.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_erasing.py`
 * @example
 * new RandomErasing({ scale: [0.1, 0.2], fillValue: 0 }).apply(images, { training: true });
 */
export class RandomErasing extends BaseRandomImageLayer<Resolved<RandomErasingConfig, typeof defaults>, Erasing> {
  static override readonly className = 'RandomErasing';
  readonly #factor: Pair;
  readonly #scale: Pair;

  constructor(config: RandomErasingConfig = {}) {
    const given = { ...defaults, ...config };
    const factor = boundedFactor('RandomErasing', 'factor', given.factor, { low: 0, high: 1 });
    const scale = boundedFactor('RandomErasing', 'scale', given.scale, { low: 0, high: 1 });
    const valueRange = requireValueRange('RandomErasing', given.valueRange);
    super({ ...given, factor, scale, valueRange });
    this.#factor = factor;
    this.#scale = scale;
    const { fillValue } = given;
    const isFilling = Array.isArray(fillValue)
      ? fillValue.length === 3
      : fillValue === null || Number.isFinite(fillValue);
    if (!isFilling)
      throw new ArgumentError('RandomErasing', 'fillValue', 'a number, three numbers, or null', fillValue);
  }

  override getRandomTransformation(images: ImagesShape, seeds: SeedGenerator): Erasing {
    const [minval, maxval] = this.#scale;
    const draw = (): Tensor => ops.sqrt(random.uniform([images.batch], { minval, maxval, seed: seeds }));
    const { isInside } = randomBox(images, draw(), draw(), seeds);
    const isErased = ops.logicalAnd(isInside, decisions(images.batch, this.#factor, seeds));
    return { isErased, filling: ops.clip(this.#filling(images, seeds), ...this.config.valueRange) };
  }

  override transformImages(images: Tensor, { isErased, filling }: Erasing): Tensor {
    return ops.where(isErased, filling, images);
  }

  #filling({ batch, height, width, channels }: ImagesShape, seeds: SeedGenerator): Tensor {
    const { fillValue, valueRange } = this.config;
    if (fillValue === null)
      return random.normal([batch, height, width, channels], { stddev: valueRange[1], seed: seeds });
    return ops.reshape(typeof fillValue === 'number' ? [fillValue] : [...fillValue], [1, 1, 1, -1]);
  }
}

/** Short for `new RandomErasing(config)`. */
export const randomErasing = (config: RandomErasingConfig = {}): RandomErasing => new RandomErasing(config);
