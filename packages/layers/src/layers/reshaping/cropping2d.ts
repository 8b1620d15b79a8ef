import type { DataFormat } from '@capas/core';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { BaseCropping } from './base-cropping.ts';
import type { Borders } from './borders.ts';

/** Options of {@link Cropping2D}. */
export interface Cropping2DConfig extends LayerConfig {
  /** How many rows and columns are removed: a number for all sides, `[height, width]`, or `[[top, bottom], [left, right]]`. @defaultValue 0 */
  readonly cropping?: Borders;
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
}

const defaults = {
  cropping: [
    [0, 0],
    [0, 0],
  ],
} as const;

/**
 * Removes the borders of an image.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, croppedHeight, croppedWidth, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @throws ShapeError if nothing is left
 * @see Keras 3, `keras/src/layers/reshaping/cropping2d.py`
 * @example
 * new Cropping2D({ cropping: [2, 4] }).apply(ops.ones([8, 28, 28, 3])).shape; // [8, 24, 20, 3]
 */
export class Cropping2D extends BaseCropping<Resolved<Cropping2DConfig, typeof defaults>> {
  static override readonly className = 'Cropping2D';

  constructor(config: Cropping2DConfig = {}) {
    super({ ...defaults, ...config }, 'cropping', {
      rank: 2,
      value: config.cropping ?? defaults.cropping,
      dataFormat: config.dataFormat,
    });
  }
}

/** Short for `new Cropping2D(config)`. */
export const cropping2d = (config: Cropping2DConfig = {}): Cropping2D => new Cropping2D(config);
