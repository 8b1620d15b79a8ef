import { ops, random, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomImageLayer, type RandomImageConfig } from './base-random-image.ts';
import { boundedFactor, type Factor, type Pair, requireValueRange } from './factor.ts';
import { BYTES, changeRange, type ValueRangeOption } from './value-range.ts';

/** Options of {@link Solarization}. */
export interface SolarizationConfig extends RandomImageConfig, ValueRangeOption {
  /** Bounds of what is added, as a share of the value range, from 0 to 1; `f` means from 0 to `f`. @defaultValue 0 */
  readonly additionFactor?: Factor;
  /** Bounds of the threshold, as a share of the value range, from 0 to 1; `f` means from 0 to `f`. @defaultValue 0 */
  readonly thresholdFactor?: Factor;
}

const defaults = { additionFactor: 0, thresholdFactor: 0, valueRange: [0, 255] } as const;

/** What is drawn for each image, `[n, 1, 1, 1]`, in bytes. */
interface Solarizing {
  readonly addition: Tensor;
  readonly threshold: Tensor;
}

/**
 * While training, adds a number to the pixels of each image, and makes a negative of what then reaches a threshold; both
 * are drawn for it.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if a factor is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/solarization.py`; there, the lower bound of a pair is
 *   not scaled to the value range.
 * @example
 * new Solarization({ thresholdFactor: [0.4, 0.6] }).apply(images, { training: true });
 */
export class Solarization extends BaseRandomImageLayer<Resolved<SolarizationConfig, typeof defaults>, Solarizing> {
  static override readonly className = 'Solarization';
  readonly #valueRange: Pair;

  constructor(config: SolarizationConfig = {}) {
    const given = { ...defaults, ...config };
    const factor = (argument: 'additionFactor' | 'thresholdFactor'): Pair =>
      boundedFactor('Solarization', argument, given[argument], { low: 0, high: 1 });
    const valueRange = requireValueRange('Solarization', given.valueRange);
    const [additionFactor, thresholdFactor] = [factor('additionFactor'), factor('thresholdFactor')];
    super({ ...given, additionFactor, thresholdFactor, valueRange });
    this.#valueRange = valueRange;
  }

  override getRandomTransformation({ batch }: ImagesShape, seeds: SeedGenerator): Solarizing {
    const draw = (factor: Factor): Tensor => {
      const [low, high] = factor as Pair;
      return random.uniform([batch, 1, 1, 1], { minval: low * 255, maxval: high * 255, seed: seeds });
    };
    const { additionFactor, thresholdFactor } = this.config;
    return { addition: draw(additionFactor), threshold: draw(thresholdFactor) };
  }

  override transformImages(images: Tensor, { addition, threshold }: Solarizing): Tensor {
    const bytes = changeRange(ops.cast(images, 'float32'), this.#valueRange, BYTES);
    const brighter = ops.clip(ops.add(bytes, addition), ...BYTES);
    const changed = ops.where(ops.less(brighter, threshold), brighter, ops.subtract(255, brighter));
    return changeRange(changed, BYTES, this.#valueRange);
  }
}

/** Short for `new Solarization(config)`. */
export const solarization = (config: SolarizationConfig = {}): Solarization => new Solarization(config);
