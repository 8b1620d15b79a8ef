import { ops, requirePositiveInteger, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import { BaseImagePreprocessingLayer } from './base-image-preprocessing.ts';
import { type Pair, requireValueRange } from './factor.ts';
import { BYTES, type ColorConfig, changeRange } from './value-range.ts';

/** Options of {@link Equalization}. */
export interface EqualizationConfig extends ColorConfig {
  /** The number of shades that are told apart. @defaultValue 256 */
  readonly bins?: number;
}

const defaults = { bins: 256, valueRange: [0, 255] } as const;

/**
 * While training, changes the shades of each channel so that all become about equally frequent. As in Keras, the images of a
 * batch are looked at together.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `bins` is not an integer above 0.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/equalization.py`
 * @example
 * new Equalization().apply(images, { training: true });
 */
export class Equalization extends BaseImagePreprocessingLayer<Resolved<EqualizationConfig, typeof defaults>> {
  static override readonly className = 'Equalization';
  readonly #valueRange: Pair;

  constructor(config: EqualizationConfig = {}) {
    const given = { ...defaults, ...config };
    const valueRange = requireValueRange('Equalization', given.valueRange);
    super({ ...given, valueRange });
    requirePositiveInteger('Equalization', 'bins', given.bins);
    this.#valueRange = valueRange;
  }

  override getRandomTransformation(): undefined {}

  override transformImages(images: Tensor): Tensor {
    const { bins } = this.config;
    const channels = images.shape[3]!;
    const bytes = changeRange(ops.cast(images, 'float32'), this.#valueRange, BYTES);
    // the counts and the new shades of all channels stand in one row, the bins of each channel together
    const first = ops.multiply(ops.arange(channels), bins);
    const binOf = (places: Tensor): Tensor =>
      ops.add(ops.cast(ops.clip(ops.trunc(places), 0, bins - 1), 'int32'), first);
    const counts = histogram(binOf(ops.divide(ops.multiply(bytes, bins - 1), 255)), channels, bins);
    const places = binOf(ops.multiply(ops.divide(bytes, 255), bins - 1));
    const equalized = ops.take(equalShades(counts), places);
    // a channel of one shade stays
    const hasShades = ops.greater(ops.countNonzero(counts, { axis: 1 }), 1);
    return changeRange(ops.where(hasShades, equalized, bytes), BYTES, this.#valueRange);
  }
}

/** How often each bin of each channel occurs: float32 `[channels, bins]`. */
function histogram(places: Tensor, channels: number, bins: number): Tensor {
  const ids = ops.reshape(places, [-1]);
  const counts = ops.segmentSum(ops.ones(ids.shape), ids, { numSegments: channels * bins });
  return ops.reshape(counts, [channels, bins]);
}

/** The new shade of each bin, 0…255: how much of the channel is darker, where the darkest shade that occurs becomes 0. */
function equalShades(counts: Tensor): Tensor {
  const upTo = ops.cumsum(counts, { axis: 1 });
  const all = ops.max(upTo, { axis: 1, keepdims: true });
  const darkest = ops.min(ops.where(ops.greater(upTo, 0), upTo, all), { axis: 1, keepdims: true });
  const others = ops.subtract(all, darkest);
  const divisor = ops.where(ops.equal(others, 0), 1, others);
  const shades = ops.divide(ops.multiply(ops.subtract(upTo, darkest), 255), divisor);
  return ops.clip(ops.round(shades), ...BYTES);
}

/** Short for `new Equalization(config)`. */
export const equalization = (config: EqualizationConfig = {}): Equalization => new Equalization(config);
