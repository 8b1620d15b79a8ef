import { random, type SeedGenerator, type Tensor } from '@capas/core';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';
import { boundedFactor, type Factor, type FactorLimits, type Pair, requireValueRange } from './factor.ts';
import { colorDefaults, type ValueRangeOption } from './value-range.ts';

/** Options of layers that change colors at random. */
export interface RandomColorConfig extends RandomImageConfig, ValueRangeOption {
  readonly factor?: Factor;
}

/** The base of the layers that change the colors of each image by a factor that is drawn for it. */
export abstract class BaseRandomColorLayer<Config extends RandomColorConfig> extends BaseRandomImageLayer<
  Config,
  Tensor
> {
  /** The bounds of the factor. */
  protected readonly factor: Pair;
  protected readonly valueRange: Pair;

  /** @throws ArgumentError if `factor` is not within the limits, or `valueRange` is no pair of numbers */
  constructor(config: Config, limits: FactorLimits) {
    const who = (new.target as unknown as { readonly className: string }).className;
    const factor = boundedFactor(who, 'factor', config.factor, limits);
    const valueRange = requireValueRange(who, config.valueRange ?? colorDefaults.valueRange);
    super({ ...config, factor, valueRange });
    this.factor = factor;
    this.valueRange = valueRange;
  }

  /** A factor for each image, `[n, 1, 1, 1]`. */
  override getRandomTransformation({ batch }: ImagesShape, seeds: SeedGenerator): Tensor {
    const [minval, maxval] = this.factor;
    return random.uniform([batch, 1, 1, 1], { minval, maxval, seed: seeds });
  }
}
