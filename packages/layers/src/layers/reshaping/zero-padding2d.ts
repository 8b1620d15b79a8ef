import type { DataFormat } from '@capas/core';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { BaseZeroPadding } from './base-zero-padding.ts';
import type { Borders } from './borders.ts';

/** Options of {@link ZeroPadding2D}. */
export interface ZeroPadding2DConfig extends LayerConfig {
  /** How many zeros are added: a number for all sides, `[height, width]`, or `[[top, bottom], [left, right]]`. @defaultValue 1 */
  readonly padding?: Borders;
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
}

const defaults = { padding: [1, 1] } as const;

/**
 * Adds zeros around an image.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, paddedHeight, paddedWidth, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/reshaping/zero_padding2d.py`
 * @example
 * new ZeroPadding2D({ padding: [[0, 1], [0, 1]] }).apply(ops.ones([8, 28, 28, 3])).shape; // [8, 29, 29, 3]
 */
export class ZeroPadding2D extends BaseZeroPadding<Resolved<ZeroPadding2DConfig, typeof defaults>> {
  static override readonly className = 'ZeroPadding2D';

  constructor(config: ZeroPadding2DConfig = {}) {
    const { padding = defaults.padding, dataFormat } = config;
    super({ ...defaults, ...config }, 'padding', { rank: 2, value: padding, dataFormat });
  }
}

/** Short for `new ZeroPadding2D(config)`. */
export const zeroPadding2d = (config: ZeroPadding2DConfig = {}): ZeroPadding2D => new ZeroPadding2D(config);
