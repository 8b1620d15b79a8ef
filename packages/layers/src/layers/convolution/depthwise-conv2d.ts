import { BaseDepthwiseConv, type DepthwiseConvConfig } from './base-depthwise-conv.ts';

/**
 * Slides filters over images, for each channel filters of its own.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, newHeight, newWidth, channels · depthMultiplier]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 * Weights: `kernel [...kernelSize, channels, depthMultiplier]`, `bias [channels · depthMultiplier]`.
 *
 * @throws ArgumentError for sizes that are no positive integers.
 * @see Keras 3, `keras/src/layers/convolutional/depthwise_conv2d.py`
 * @example
 * new DepthwiseConv2D({ kernelSize: 3, padding: 'same' }).apply(ops.ones([8, 28, 28, 16])).shape; // [8, 28, 28, 16]
 */
export class DepthwiseConv2D extends BaseDepthwiseConv {
  static override readonly className = 'DepthwiseConv2D';

  constructor(config: DepthwiseConvConfig) {
    super(2, config);
  }
}

/** Short for `new DepthwiseConv2D(config)`. */
export const depthwiseConv2d = (config: DepthwiseConvConfig): DepthwiseConv2D => new DepthwiseConv2D(config);
