import type { DataFormat } from '@capas/core';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { BaseUpSampling } from './base-up-sampling.ts';

/** Options of {@link UpSampling3D}. */
export interface UpSampling3DConfig extends LayerConfig {
  /** How often each element is repeated along the axes: one number for all, or one each. @defaultValue 2 */
  readonly size?: number | readonly number[];
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
}

const defaults = { size: 2 } as const;

/**
 * Repeats each element of a volume along its axes.
 *
 * Shapes: inputs `[batch, depth, height, width, channels]` → output `[batch, size[0] · depth, size[1] · height, size[2] · width,
 * channels]`, or with the channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/reshaping/up_sampling3d.py`
 * @example
 * new UpSampling3D({ size: [1, 2, 2] }).apply(ops.ones([8, 4, 7, 7, 16])).shape; // [8, 4, 14, 14, 16]
 */
export class UpSampling3D extends BaseUpSampling<Resolved<UpSampling3DConfig, typeof defaults>> {
  static override readonly className = 'UpSampling3D';

  constructor(config: UpSampling3DConfig = {}) {
    const { size = defaults.size, dataFormat } = config;
    super({ ...defaults, ...config }, 3, { size, dataFormat });
  }
}

/** Short for `new UpSampling3D(config)`. */
export const upSampling3d = (config: UpSampling3DConfig = {}): UpSampling3D => new UpSampling3D(config);
