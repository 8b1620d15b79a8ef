import { ops, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import { BaseImagePreprocessingLayer } from './base-image-preprocessing.ts';
import { type Pair, requireValueRange } from './factor.ts';
import { BYTES, type ColorConfig, changeRange, colorDefaults } from './value-range.ts';

/** Options of {@link AutoContrast}. */
export type AutoContrastConfig = ColorConfig;

/**
 * Stretches each channel of each image to the whole value range, in training and otherwise: its darkest pixel gets the lower
 * bound, its brightest the upper one. A channel of one color stays.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `valueRange` is no pair of numbers.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/auto_contrast.py`
 * @example
 * new AutoContrast().apply([[[[50], [100]]]]); // [[[[0], [255]]]]
 */
export class AutoContrast extends BaseImagePreprocessingLayer<Resolved<AutoContrastConfig, typeof colorDefaults>> {
  static override readonly className = 'AutoContrast';
  protected override readonly isAlwaysApplied = true;
  readonly #valueRange: Pair;

  constructor(config: AutoContrastConfig = {}) {
    const valueRange = requireValueRange('AutoContrast', config.valueRange ?? colorDefaults.valueRange);
    super({ ...config, valueRange });
    this.#valueRange = valueRange;
  }

  override getRandomTransformation(): undefined {}

  override transformImages(given: Tensor): Tensor {
    const images = ops.cast(given, 'float32');
    const bytes = changeRange(images, this.#valueRange, BYTES);
    const over = { axis: [1, 2], keepdims: true };
    const [low, high] = [ops.min(bytes, over), ops.max(bytes, over)];
    const isPlain = ops.lessEqual(high, low);
    const scale = ops.divide(255, ops.where(isPlain, 1, ops.subtract(high, low)));
    const stretched = ops.add(ops.multiply(bytes, scale), ops.multiply(ops.negative(low), scale));
    return ops.where(isPlain, images, changeRange(ops.clip(stretched, ...BYTES), BYTES, this.#valueRange));
  }
}

/** Short for `new AutoContrast(config)`. */
export const autoContrast = (config: AutoContrastConfig = {}): AutoContrast => new AutoContrast(config);
