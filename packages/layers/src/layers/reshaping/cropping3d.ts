import type { DataFormat } from '@capas/core';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { BaseCropping } from './base-cropping.ts';
import type { Borders } from './borders.ts';

/** Options of {@link Cropping3D}. */
export interface Cropping3DConfig extends LayerConfig {
  /** How many elements are removed: a number for all sides, one for each axis, or `[before, after]` for each axis. @defaultValue 1 */
  readonly cropping?: Borders;
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
}

const defaults = {
  cropping: [
    [1, 1],
    [1, 1],
    [1, 1],
  ],
} as const;

/**
 * Removes the borders of a volume.
 *
 * Shapes: inputs `[batch, depth, height, width, channels]` → output `[batch, croppedDepth, croppedHeight, croppedWidth, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @throws ShapeError if nothing is left
 * @see Keras 3, `keras/src/layers/reshaping/cropping3d.py`
 * @example
 * new Cropping3D({ cropping: 2 }).apply(ops.ones([8, 16, 28, 28, 3])).shape; // [8, 12, 24, 24, 3]
 */
export class Cropping3D extends BaseCropping<Resolved<Cropping3DConfig, typeof defaults>> {
  static override readonly className = 'Cropping3D';

  constructor(config: Cropping3DConfig = {}) {
    super({ ...defaults, ...config }, 'cropping', {
      rank: 3,
      value: config.cropping ?? defaults.cropping,
      dataFormat: config.dataFormat,
    });
  }
}

/** Short for `new Cropping3D(config)`. */
export const cropping3d = (config: Cropping3DConfig = {}): Cropping3D => new Cropping3D(config);
