import { ops, type PartialShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { Resolved } from '../../layer-config.ts';
import type { Weight } from '../../weight.ts';
import { type AxesConfig, axesIn, requireAxes, sizesAlong } from './axes.ts';
import { addScaleAndCenter, type ScaleAndCenterConfig, scaleAndCenterDefaults } from './scale-and-center.ts';

/** Options of {@link LayerNormalization}. */
export interface LayerNormalizationConfig extends ScaleAndCenterConfig, AxesConfig {
  /** Whether to divide by the variance without subtracting the mean. Old files of Keras have it. @defaultValue `false` */
  readonly rmsScaling?: boolean;
}

const defaults = { axis: -1, rmsScaling: false } as const;

/**
 * Normalizes each sample by its own mean and variance along an axis: `gamma · (x − mean) / √(variance + epsilon) + beta`.
 *
 * Shapes: the output has the shape of the input.
 * Weights: `gamma`, `beta`, each of the sizes along the normalized axes.
 *
 * @throws ShapeError if the input has no such axis
 * @see Keras 3, `keras/src/layers/normalization/layer_normalization.py`
 * @example
 * new LayerNormalization().apply([[1, 2, 3]]); // [[-1.22, 0, 1.22]]
 */
export class LayerNormalization extends Layer<
  Resolved<LayerNormalizationConfig, typeof scaleAndCenterDefaults & typeof defaults>
> {
  static override readonly className = 'LayerNormalization';
  override autocast = false;
  gamma: Weight | undefined;
  beta: Weight | undefined;

  constructor(config: LayerNormalizationConfig = {}) {
    super({ ...scaleAndCenterDefaults, ...defaults, ...config });
    requireAxes('LayerNormalization', this.config.axis);
    this.supportsMasking = true;
  }

  override build(inputShape: PartialShape): void {
    const { rmsScaling, scale, center } = this.config;
    const shape = sizesAlong(`Layer '${this.name}'`, this.config.axis, inputShape);
    const wanted = { ...this.config, scale: scale || rmsScaling, center: center && !rmsScaling };
    const { gamma, beta } = addScaleAndCenter(this as unknown as Layer, wanted, shape);
    this.gamma = gamma;
    this.beta = beta;
  }

  override call(inputs: Tensor): Tensor {
    const { axis, epsilon, rmsScaling } = this.config;
    const axes = axesIn(`Layer '${this.name}'`, axis, inputs.shape);
    const { gamma, beta } = this;
    if (!rmsScaling)
      return ops.layerNormalization(inputs, { gamma: gamma ?? null, beta: beta ?? null, axis: axes, epsilon });
    const scaled = ops.multiply(inputs, ops.rsqrt(ops.add(ops.var(inputs, { axis: axes, keepdims: true }), epsilon)));
    const broadcast = inputs.shape.map((dim, i) => (axes.includes(i) ? dim : 1));
    return ops.multiply(scaled, ops.reshape(gamma!, broadcast));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    axesIn(`Layer '${this.name}'`, this.config.axis, inputShape);
    return inputShape;
  }
}

/** Short for `new LayerNormalization(config)`. */
export const layerNormalization = (config: LayerNormalizationConfig = {}): LayerNormalization =>
  new LayerNormalization(config);
