import { BaseSeparableConv, type SeparableConvConfig } from './base-separable-conv.ts';

/**
 * Convolves each channel of sequences by itself and mixes the channels afterwards: few weights, little to compute.
 *
 * Shapes: inputs `[batch, steps, channels]` → output `[batch, newSteps, filters]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 * Weights: `depthwise_kernel [...kernelSize, channels, depthMultiplier]`, `pointwise_kernel [1, …, channels · depthMultiplier,
 * filters]`, `bias [filters]`.
 *
 * @throws ArgumentError for sizes that are no positive integers.
 * @see Keras 3, `keras/src/layers/convolutional/separable_conv1d.py`
 * @example
 * new SeparableConv1D({ filters: 32, kernelSize: 3 }).apply(ops.ones([8, 80, 16])).shape; // [8, 78, 32]
 */
export class SeparableConv1D extends BaseSeparableConv {
  static override readonly className = 'SeparableConv1D';

  constructor(config: SeparableConvConfig) {
    super(1, config);
  }
}

/** Short for `new SeparableConv1D(config)`. */
export const separableConv1d = (config: SeparableConvConfig): SeparableConv1D => new SeparableConv1D(config);
