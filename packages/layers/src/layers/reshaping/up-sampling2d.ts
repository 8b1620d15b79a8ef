import { type DataFormat, ops, requireOneOf, type Tensor } from '@capas/core';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { BaseUpSampling } from './base-up-sampling.ts';

const INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5', 'area'] as const;

/** Options of {@link UpSampling2D}. */
export interface UpSampling2DConfig extends LayerConfig {
  /** The factors: one for both axes, or `[height, width]`. @defaultValue 2 */
  readonly size?: number | readonly number[];
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
  /** How the new pixels are computed. @defaultValue `'nearest'`: each pixel is repeated */
  readonly interpolation?: (typeof INTERPOLATIONS)[number];
}

const defaults = { size: 2, interpolation: 'nearest' } as const;

/**
 * Enlarges images by whole factors.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, size[0] · height, size[1] · width, channels]`, or with
 * the channels in second place for `dataFormat: 'channelsFirst'`.
 *
 * @see Keras 3, `keras/src/layers/reshaping/up_sampling2d.py`
 * @example
 * new UpSampling2D({ interpolation: 'bilinear' }).apply(ops.ones([8, 14, 14, 3])).shape; // [8, 28, 28, 3]
 */
export class UpSampling2D extends BaseUpSampling<Resolved<UpSampling2DConfig, typeof defaults>> {
  static override readonly className = 'UpSampling2D';
  readonly #interpolation: (typeof INTERPOLATIONS)[number];

  constructor(config: UpSampling2DConfig = {}) {
    const { size = defaults.size, dataFormat, interpolation = defaults.interpolation } = config;
    super({ ...defaults, ...config }, 2, { size, dataFormat });
    const name = String(interpolation).toLowerCase();
    this.#interpolation = requireOneOf('UpSampling2D', 'interpolation', name, INTERPOLATIONS);
  }

  override call(inputs: Tensor): Tensor {
    if (this.#interpolation === 'nearest') return super.call(inputs);
    const start = this.isChannelsFirst ? 2 : 1;
    const [height, width] = this.factors.map((factor, i) => factor * inputs.shape[start + i]!) as [number, number];
    return ops.image.resize(inputs, [height, width], {
      interpolation: this.#interpolation,
      dataFormat: this.config.dataFormat ?? null,
    });
  }
}

/** Short for `new UpSampling2D(config)`. */
export const upSampling2d = (config: UpSampling2DConfig = {}): UpSampling2D => new UpSampling2D(config);
