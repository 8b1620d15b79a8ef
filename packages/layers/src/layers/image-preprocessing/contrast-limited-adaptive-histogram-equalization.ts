import { ArgumentError, type DType, ops, requireNumber, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import { BaseImagePreprocessingLayer } from './base-image-preprocessing.ts';
import { type Pair, requireValueRange } from './factor.ts';
import { BYTES, type ColorConfig, changeRange } from './value-range.ts';

/** Options of {@link ContrastLimitedAdaptiveHistogramEqualization}. */
export interface ContrastLimitedAdaptiveHistogramEqualizationConfig extends ColorConfig {
  /** How many times the average count a shade may have before it is cut off; 0 for no limit. @defaultValue 4 */
  readonly clipLimit?: number;
  /** The number of tiles down and across. @defaultValue `[8, 8]` */
  readonly tileGridSize?: readonly [number, number];
}

const defaults = { valueRange: [0, 255], clipLimit: 4, tileGridSize: [8, 8] } as const;

/** The number of shades. */
const SHADES = 256;

/**
 * Equalizes the shades of images tile by tile, in training and otherwise (CLAHE): contrast appears where it is low, and a limit
 * keeps noise from being amplified. Between the middles of tiles their results are mixed.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `tileGridSize` is not two integers above 0, or `clipLimit` no number.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/clahe.py`; K. Zuiderveld, "Contrast limited adaptive
 *   histogram equalization", Graphics Gems IV, 1994
 * @example
 * new ContrastLimitedAdaptiveHistogramEqualization({ tileGridSize: [4, 4] }).apply(images);
 */
export class ContrastLimitedAdaptiveHistogramEqualization extends BaseImagePreprocessingLayer<
  Resolved<ContrastLimitedAdaptiveHistogramEqualizationConfig, typeof defaults>
> {
  static override readonly className = 'ContrastLimitedAdaptiveHistogramEqualization';
  protected override readonly isAlwaysApplied = true;
  readonly #valueRange: Pair;

  constructor(config: ContrastLimitedAdaptiveHistogramEqualizationConfig = {}) {
    super({ ...defaults, ...config });
    const who = 'ContrastLimitedAdaptiveHistogramEqualization';
    const { tileGridSize, clipLimit, valueRange } = this.config;
    this.#valueRange = requireValueRange(who, valueRange);
    requireNumber(who, 'clipLimit', clipLimit);
    if (tileGridSize.length !== 2 || !tileGridSize.every((tiles) => Number.isInteger(tiles) && tiles > 0))
      throw new ArgumentError(who, 'tileGridSize', 'two integers above 0', tileGridSize);
  }

  override outputDType([images]: readonly DType[]): DType {
    return images === 'int32' ? 'int32' : 'float32';
  }

  override getRandomTransformation(): undefined {}

  override transformImages(images: Tensor): Tensor {
    const { tileGridSize, clipLimit } = this.config;
    const [n, height, width, channels] = images.shape as [number, number, number, number];
    const bytes = changeRange(ops.cast(images, 'float32'), this.#valueRange, BYTES);
    const shades = ops.cast(ops.trunc(ops.clip(bytes, ...BYTES)), 'int32');
    const [rows, columns] = [new Tiles(height, tileGridSize[0]), new Tiles(width, tileGridSize[1])];
    const [perColumn, perRow] = [channels * SHADES, tileGridSize[1] * channels * SHADES];
    const perImage = tileGridSize[0] * perRow;
    const along = (values: readonly number[], axis: number, step: number): Tensor => {
      const shape = [1, 1, 1, 1].with(axis, values.length);
      return ops.cast(
        ops.reshape(
          values.map((value) => value * step),
          shape,
        ),
        'int32',
      );
    };
    const own = ops.add(along(range(n), 0, perImage), along(range(channels), 3, SHADES));
    // where the entry for each shade stands in a table [n, tiles down, tiles across, channels, shades]
    const entry = (values: Tensor, down: readonly number[], across: readonly number[]): Tensor =>
      [along(down, 1, perRow), along(across, 2, perColumn), own].reduce((sum, part) => ops.add(sum, part), values);

    const [y, x] = [rows.padded, columns.padded];
    const around = ops.take(ops.take(shades, y, { axis: 1 }), x, { axis: 2 });
    const ids = ops.reshape(entry(around, range(y.length).map(rows.tileOf), range(x.length).map(columns.tileOf)), [-1]);
    const counts = ops.segmentSum(ops.ones(ids.shape), ids, { numSegments: n * perImage });
    const area = rows.size * columns.size;
    const table = ops.reshape(equalTiles(ops.reshape(counts, [-1, SHADES]), area, clipLimit), [-1]);

    const [down, across] = [rows.neighbours(height), columns.neighbours(width)];
    const share = (values: readonly number[], axis: number): Tensor =>
      ops.reshape([...values], [1, 1, 1, 1].with(axis, values.length));
    const [wy, wx] = [share(down.shares, 1), share(across.shares, 2)];
    const mixed = (a: Tensor, b: Tensor, w: Tensor): Tensor =>
      ops.add(ops.multiply(a, ops.subtract(1, w)), ops.multiply(b, w));
    const [top, bottom] = [down.before, down.after].map((row) => {
      const [left, right] = [across.before, across.after].map((column) => ops.take(table, entry(shades, row, column)));
      return mixed(left!, right!, wx);
    });
    return changeRange(mixed(top!, bottom!, wy), BYTES, this.#valueRange);
  }
}

/** One axis of images, cut into tiles of equal size; the last ones go on with the mirror image. */
class Tiles {
  readonly size: number;
  /** The pixel that stands at each place, also beyond the edge. */
  readonly padded: readonly number[];
  readonly #count: number;

  constructor(length: number, count: number) {
    this.#count = count;
    this.size = Math.ceil(length / count);
    this.padded = range(this.size * count).map((place) => {
      const within = place % (2 * length);
      return within < length ? within : 2 * length - 1 - within;
    });
  }

  readonly tileOf = (place: number): number => Math.floor(place / this.size);

  /** The tiles whose middles are before and after each pixel, and the share of the latter. */
  neighbours(length: number): { before: number[]; after: number[]; shares: number[] } {
    const places = range(length).map((place) => (place - this.size / 2) / this.size);
    const within = (tile: number): number => Math.max(0, Math.min(this.#count - 1, tile));
    return {
      before: places.map((place) => within(Math.floor(place))),
      after: places.map((place) => within(Math.floor(place) + 1)),
      shares: places.map((place) => place - Math.floor(place)),
    };
  }
}

/** The new shades 0…255 of tiles of which the shades were counted, `[tiles, shades]`. */
function equalTiles(counts: Tensor, area: number, clipLimit: number): Tensor {
  const upTo = ops.cumsum(clipLimit > 0 ? limited(counts, (clipLimit * area) / SHADES) : counts, { axis: -1 });
  const least = ops.min(upTo, { axis: -1, keepdims: true });
  const others = ops.subtract(area, least);
  const divisor = ops.where(ops.equal(others, 0), 1, others);
  return ops.clip(ops.divide(ops.multiply(ops.subtract(upTo, least), 255), divisor), ...BYTES);
}

/** Counts cut off at a limit; what was cut off is spread over all shades. */
function limited(counts: Tensor, limit: number): Tensor {
  const clipped = ops.clip(counts, 0, limit);
  const excess = ops.sum(ops.subtract(counts, clipped), { axis: -1, keepdims: true });
  return ops.add(clipped, ops.divide(excess, SHADES));
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Short for `new ContrastLimitedAdaptiveHistogramEqualization(config)`. */
export const contrastLimitedAdaptiveHistogramEqualization = (
  config: ContrastLimitedAdaptiveHistogramEqualizationConfig = {},
): ContrastLimitedAdaptiveHistogramEqualization => new ContrastLimitedAdaptiveHistogramEqualization(config);
