import { ops, type PartialShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { type AxesConfig, axesIn, requireAxes } from './axes.ts';

/** Options of {@link UnitNormalization}. */
export interface UnitNormalizationConfig extends LayerConfig, AxesConfig {}

const defaults = { axis: -1 } as const;

/**
 * Brings each sample to length 1 along an axis, or several: `x / √Σx²`.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ShapeError if the input has no such axis
 * @see Keras 3, `keras/src/layers/normalization/unit_normalization.py`
 * @example
 * new UnitNormalization().apply([[3, 4]]); // [[0.6, 0.8]]
 */
export class UnitNormalization extends Layer<Resolved<UnitNormalizationConfig, typeof defaults>> {
  static override readonly className = 'UnitNormalization';

  constructor(config: UnitNormalizationConfig = {}) {
    super({ ...defaults, ...config });
    requireAxes('UnitNormalization', this.config.axis);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return ops.normalize(inputs, { axis: this.config.axis, order: 2, epsilon: 1e-12 });
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    axesIn(`Layer '${this.name}'`, this.config.axis, inputShape);
    return inputShape;
  }
}

/** Short for `new UnitNormalization(config)`. */
export const unitNormalization = (config: UnitNormalizationConfig = {}): UnitNormalization =>
  new UnitNormalization(config);
