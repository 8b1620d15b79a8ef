import { requirePositiveInteger } from '@capas/core';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { BaseUpSampling } from './base-up-sampling.ts';

/** Options of {@link UpSampling1D}. */
export interface UpSampling1DConfig extends LayerConfig {
  /** How often each time step is repeated. @defaultValue 2 */
  readonly size?: number;
}

const defaults = { size: 2 } as const;

/**
 * Repeats each time step of a sequence.
 *
 * Shapes: inputs `[batch, steps, features]` → output `[batch, size · steps, features]`.
 *
 * @see Keras 3, `keras/src/layers/reshaping/up_sampling1d.py`
 * @example
 * new UpSampling1D({ size: 3 }).apply(ops.ones([8, 80, 16])).shape; // [8, 240, 16]
 */
export class UpSampling1D extends BaseUpSampling<Resolved<UpSampling1DConfig, typeof defaults>> {
  static override readonly className = 'UpSampling1D';

  constructor(config: UpSampling1DConfig = {}) {
    const { size = defaults.size } = config;
    super({ ...defaults, ...config }, 1, { size: requirePositiveInteger('UpSampling1D', 'size', size) });
  }
}

/** Short for `new UpSampling1D(config)`. */
export const upSampling1d = (config: UpSampling1DConfig = {}): UpSampling1D => new UpSampling1D(config);
