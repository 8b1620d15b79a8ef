import { ops, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import { snakeCase } from '../../naming.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';
import { type Factor, requireValueRange } from './factor.ts';
import { RandomBrightness } from './random-brightness.ts';
import { RandomContrast } from './random-contrast.ts';
import { RandomHue } from './random-hue.ts';
import { RandomSaturation } from './random-saturation.ts';
import { colorDefaults, type ValueRangeOption } from './value-range.ts';

/** Options of {@link RandomColorJitter}: the factors of the four layers; what is left out is not changed. */
export interface RandomColorJitterConfig extends RandomImageConfig, ValueRangeOption {
  readonly brightnessFactor?: Factor | null;
  readonly contrastFactor?: Factor | null;
  readonly saturationFactor?: Factor | null;
  readonly hueFactor?: Factor | null;
}

const noFactors = { brightnessFactor: null, contrastFactor: null, saturationFactor: null, hueFactor: null } as const;

/**
 * While training, changes brightness, contrast, saturation and hue of each image, one after the other.
 *
 * Shapes: the output has the shape of the input, with 3 channels for saturation and hue.
 *
 * @throws ArgumentError if a factor is none of its layer, see {@link RandomBrightness}, {@link RandomContrast},
 *   {@link RandomSaturation} and {@link RandomHue}.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_color_jitter.py`
 * @example
 * new RandomColorJitter({ brightnessFactor: 0.2, hueFactor: 0.1 }).apply(images, { training: true });
 */
export class RandomColorJitter extends BaseRandomImageLayer<
  Resolved<RandomColorJitterConfig, typeof colorDefaults>,
  readonly Tensor[]
> {
  static override readonly className = 'RandomColorJitter';
  readonly steps: readonly BaseRandomImageLayer<RandomImageConfig, Tensor>[];

  constructor(config: RandomColorJitterConfig = {}) {
    super({ ...colorDefaults, ...noFactors, ...config });
    const { brightnessFactor, contrastFactor, saturationFactor, hueFactor, seed = null } = config;
    const valueRange = requireValueRange('RandomColorJitter', this.config.valueRange);
    const steps = [
      [RandomBrightness, brightnessFactor],
      [RandomContrast, contrastFactor],
      [RandomSaturation, saturationFactor],
      [RandomHue, hueFactor],
    ] as const;
    this.steps = steps.flatMap(([Step, factor]) =>
      factor === undefined || factor === null
        ? []
        : [new Step({ name: snakeCase(Step.className), factor, valueRange, seed })],
    );
  }

  override getRandomTransformation(images: ImagesShape, seeds: SeedGenerator): readonly Tensor[] {
    return this.steps.map((step) => step.getRandomTransformation(images, seeds));
  }

  override transformImages(images: Tensor, factors: readonly Tensor[]): Tensor {
    const colors = ops.cast(images, 'float32');
    return this.steps.reduce((changed, step, i) => step.transformImages(changed, factors[i]!), colors);
  }
}

/** Short for `new RandomColorJitter(config)`. */
export const randomColorJitter = (config: RandomColorJitterConfig = {}): RandomColorJitter =>
  new RandomColorJitter(config);
