import { BaseConv, type ConvConfig } from './base-conv.ts';

/**
 * Slides filters over images: `activation(conv(inputs, kernel) + bias)`.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, newHeight, newWidth, filters]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 * Weights: `kernel [...kernelSize, channels / groups, filters]`, `bias [filters]`.
 *
 * @throws ArgumentError for sizes that are no positive integers, or strides together with dilation.
 * @see Keras 3, `keras/src/layers/convolutional/conv2d.py`
 * @example
 * new Conv2D({ filters: 32, kernelSize: 3, activation: 'relu' }).apply(ops.ones([8, 28, 28, 1])).shape; // [8, 26, 26, 32]
 */
export class Conv2D extends BaseConv {
  static override readonly className = 'Conv2D';

  constructor(config: ConvConfig) {
    super(2, config);
  }
}

/** Short for `new Conv2D(config)`. */
export const conv2d = (config: ConvConfig): Conv2D => new Conv2D(config);
