import type { DataFormat } from '@capas/core';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { BaseZeroPadding } from './base-zero-padding.ts';
import type { Borders } from './borders.ts';

/** Options of {@link ZeroPadding3D}. */
export interface ZeroPadding3DConfig extends LayerConfig {
  /** How many zeros are added: a number for all sides, one for each axis, or `[before, after]` for each axis. @defaultValue 1 */
  readonly padding?: Borders;
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
}

const defaults = {
  padding: [
    [1, 1],
    [1, 1],
    [1, 1],
  ],
} as const;

/**
 * Adds zeros around a volume.
 *
 * Shapes: inputs `[batch, depth, height, width, channels]` → output `[batch, paddedDepth, paddedHeight, paddedWidth, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/reshaping/zero_padding3d.py`
 * @example
 * new ZeroPadding3D({ padding: 1 }).apply(ops.ones([8, 16, 28, 28, 3])).shape; // [8, 18, 30, 30, 3]
 */
export class ZeroPadding3D extends BaseZeroPadding<Resolved<ZeroPadding3DConfig, typeof defaults>> {
  static override readonly className = 'ZeroPadding3D';

  constructor(config: ZeroPadding3DConfig = {}) {
    const { padding = defaults.padding, dataFormat } = config;
    super({ ...defaults, ...config }, 'padding', { rank: 3, value: padding, dataFormat });
  }
}

/** Short for `new ZeroPadding3D(config)`. */
export const zeroPadding3d = (config: ZeroPadding3DConfig = {}): ZeroPadding3D => new ZeroPadding3D(config);
