import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { BaseCropping } from './base-cropping.ts';

/** Options of {@link Cropping1D}. */
export interface Cropping1DConfig extends LayerConfig {
  /** How many elements are removed: before and after, or `[before, after]`. @defaultValue 1 */
  readonly cropping?: number | readonly [number, number];
}

const defaults = { cropping: [1, 1] } as const;

/**
 * Removes the borders of a sequence.
 *
 * Shapes: inputs `[batch, steps, channels]` → output `[batch, croppedSteps, channels]`.
 *
 * @throws ShapeError if nothing is left
 * @see Keras 3, `keras/src/layers/reshaping/cropping1d.py`
 * @example
 * new Cropping1D({ cropping: [1, 2] }).apply(ops.ones([8, 80, 16])).shape; // [8, 77, 16]
 */
export class Cropping1D extends BaseCropping<Resolved<Cropping1DConfig, typeof defaults>> {
  static override readonly className = 'Cropping1D';

  constructor(config: Cropping1DConfig = {}) {
    super({ ...defaults, ...config }, 'cropping', { rank: 1, value: config.cropping ?? defaults.cropping });
  }
}

/** Short for `new Cropping1D(config)`. */
export const cropping1d = (config: Cropping1DConfig = {}): Cropping1D => new Cropping1D(config);
