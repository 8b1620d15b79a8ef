import { BaseSeparableConv, type SeparableConvConfig } from './base-separable-conv.ts';

/**
 * Convolves each channel of images by itself and mixes the channels afterwards: few weights, little to compute.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, newHeight, newWidth, filters]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 * Weights: `depthwise_kernel [...kernelSize, channels, depthMultiplier]`, `pointwise_kernel [1, …, channels · depthMultiplier,
 * filters]`, `bias [filters]`.
 *
 * @throws ArgumentError for sizes that are no positive integers.
 * @see Keras 3, `keras/src/layers/convolutional/separable_conv2d.py`
 * @example
 * new SeparableConv2D({ filters: 32, kernelSize: 3, padding: 'same' }).apply(ops.ones([8, 28, 28, 16])).shape; // [8, 28, 28, 32]
 */
export class SeparableConv2D extends BaseSeparableConv {
  static override readonly className = 'SeparableConv2D';

  constructor(config: SeparableConvConfig) {
    super(2, config);
  }
}

/** Short for `new SeparableConv2D(config)`. */
export const separableConv2d = (config: SeparableConvConfig): SeparableConv2D => new SeparableConv2D(config);
