import { ops, type PartialShape, requireNumber, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import type { Weight } from '../../weight.ts';
import { type AxesConfig, axesIn, requireAxes, sizesAlong } from './axes.ts';

/** Options of {@link RMSNormalization}. */
export interface RMSNormalizationConfig extends LayerConfig, AxesConfig {
  /** Added to the mean of squares, against division by zero. @defaultValue 1e-6 */
  readonly epsilon?: number;
}

const defaults = { axis: -1, epsilon: 1e-6 } as const;

/**
 * Divides each sample by the root of its mean square along an axis: `scale · x / √(mean(x²) + epsilon)`.
 *
 * Shapes: the output has the shape of the input.
 * Weights: `scale`, of the sizes along the normalized axes.
 *
 * @throws ShapeError if the input has no such axis
 * @see Keras 3, `keras/src/layers/normalization/rms_normalization.py`
 * @example
 * new RMSNormalization().apply([[3, 4]]); // [[0.849, 1.131]]
 */
export class RMSNormalization extends Layer<Resolved<RMSNormalizationConfig, typeof defaults>> {
  static override readonly className = 'RMSNormalization';
  scale!: Weight;

  constructor(config: RMSNormalizationConfig = {}) {
    super({ ...defaults, ...config });
    requireAxes('RMSNormalization', this.config.axis);
    requireNumber('RMSNormalization', 'epsilon', this.config.epsilon);
  }

  override build(inputShape: PartialShape): void {
    this.scale = this.addWeight('scale', sizesAlong(`Layer '${this.name}'`, this.config.axis, inputShape), 'ones');
  }

  override call(inputs: Tensor): Tensor {
    const { axis, epsilon } = this.config;
    return ops.rmsNormalization(inputs, {
      scale: this.scale,
      axis: axesIn(`Layer '${this.name}'`, axis, inputs.shape),
      epsilon,
    });
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    axesIn(`Layer '${this.name}'`, this.config.axis, inputShape);
    return inputShape;
  }
}

/** Short for `new RMSNormalization(config)`. */
export const rmsNormalization = (config: RMSNormalizationConfig = {}): RMSNormalization => new RMSNormalization(config);
