import { ArgumentError, ops, random, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';
import { decisions } from './draws.ts';
import { boundedFactor, type Factor, type Pair, requireValueRange } from './factor.ts';
import type { ValueRangeOption } from './value-range.ts';

/** Options of {@link RandomGaussianBlur}. */
export interface RandomGaussianBlurConfig extends RandomImageConfig, ValueRangeOption {
  /** Bounds of the probability that an image is blurred: `f` means from 0 to `f`. @defaultValue 1 */
  readonly factor?: Factor;
  /** The size of the window in pixels: an odd number, or two. @defaultValue 3 */
  readonly kernelSize?: number | readonly [number, number];
  /** Bounds of the standard deviation in pixels, from 0 to 1: `f` means from 0 to `f`. @defaultValue 1 */
  readonly sigma?: Factor;
}

const defaults = { factor: 1, kernelSize: 3, sigma: 1, valueRange: [0, 255] } as const;

interface Blur {
  /** Bool `[n, 1, 1, 1]`. */
  readonly isBlurred: Tensor;
  /** The standard deviations across and down, `[2]`, the same for the whole batch. */
  readonly sigma: Tensor;
}

/**
 * While training, blurs images by a Gaussian bell whose width is drawn for the batch.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `factor` or `sigma` is not from 0 to 1, or `kernelSize` not odd.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_gaussian_blur.py`
 * @example
 * new RandomGaussianBlur({ kernelSize: 5, sigma: [0.5, 1] }).apply(images, { training: true });
 */
export class RandomGaussianBlur extends BaseRandomImageLayer<
  Resolved<RandomGaussianBlurConfig, typeof defaults>,
  Blur
> {
  static override readonly className = 'RandomGaussianBlur';
  readonly #factor: Pair;
  readonly #sigma: Pair;

  constructor(config: RandomGaussianBlurConfig = {}) {
    const given = { ...defaults, ...config };
    const factor = boundedFactor('RandomGaussianBlur', 'factor', given.factor, { low: 0, high: 1 });
    const sigma = boundedFactor('RandomGaussianBlur', 'sigma', given.sigma, { low: 0, high: 1 });
    const valueRange = requireValueRange('RandomGaussianBlur', given.valueRange);
    super({ ...given, factor, sigma, valueRange, kernelSize: oddSizes(given.kernelSize) });
    this.#factor = factor;
    this.#sigma = sigma;
  }

  override getRandomTransformation({ batch }: ImagesShape, seeds: SeedGenerator): Blur {
    const isBlurred = decisions(batch, this.#factor, seeds);
    const [minval, maxval] = this.#sigma;
    return { isBlurred, sigma: ops.add(random.uniform([2], { minval, maxval, seed: seeds }), 1e-6) };
  }

  override transformImages(images: Tensor, { isBlurred, sigma }: Blur): Tensor {
    const { kernelSize, valueRange } = this.config;
    const blurred = ops.image.gaussianBlur(images, { kernelSize, sigma });
    return ops.clip(ops.where(isBlurred, blurred, images), ...valueRange);
  }
}

function oddSizes(kernelSize: unknown): Pair {
  const sizes = Array.isArray(kernelSize) ? kernelSize : [kernelSize, kernelSize];
  if (sizes.length !== 2 || !sizes.every((size) => Number.isInteger(size) && size > 0 && size % 2 === 1))
    throw new ArgumentError('RandomGaussianBlur', 'kernelSize', 'an odd number above 0, or two', kernelSize);
  return sizes as unknown as Pair;
}

/** Short for `new RandomGaussianBlur(config)`. */
export const randomGaussianBlur = (config: RandomGaussianBlurConfig = {}): RandomGaussianBlur =>
  new RandomGaussianBlur(config);
