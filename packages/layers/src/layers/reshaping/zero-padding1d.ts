import type { DataFormat } from '@capas/core';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { BaseZeroPadding } from './base-zero-padding.ts';

/** Options of {@link ZeroPadding1D}. */
export interface ZeroPadding1DConfig extends LayerConfig {
  /** How many zeros are added: before and after, or `[before, after]`. @defaultValue 1 */
  readonly padding?: number | readonly [number, number];
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
}

const defaults = { padding: 1 } as const;

/**
 * Adds zeros around a sequence.
 *
 * Shapes: inputs `[batch, steps, channels]` → output `[batch, paddedSteps, channels]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/reshaping/zero_padding1d.py`
 * @example
 * new ZeroPadding1D({ padding: [2, 0] }).apply(ops.ones([8, 80, 16])).shape; // [8, 82, 16]
 */
export class ZeroPadding1D extends BaseZeroPadding<Resolved<ZeroPadding1DConfig, typeof defaults>> {
  static override readonly className = 'ZeroPadding1D';

  constructor(config: ZeroPadding1DConfig = {}) {
    const { padding = defaults.padding, dataFormat } = config;
    super({ ...defaults, ...config }, 'padding', { rank: 1, value: padding, dataFormat });
  }
}

/** Short for `new ZeroPadding1D(config)`. */
export const zeroPadding1d = (config: ZeroPadding1DConfig = {}): ZeroPadding1D => new ZeroPadding1D(config);
