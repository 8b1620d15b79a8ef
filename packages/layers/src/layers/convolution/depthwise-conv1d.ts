import { BaseDepthwiseConv, type DepthwiseConvConfig } from './base-depthwise-conv.ts';

/**
 * Slides filters over sequences, for each channel filters of its own.
 *
 * Shapes: inputs `[batch, steps, channels]` → output `[batch, newSteps, channels · depthMultiplier]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 * Weights: `kernel [...kernelSize, channels, depthMultiplier]`, `bias [channels · depthMultiplier]`.
 *
 * @throws ArgumentError for sizes that are no positive integers.
 * @see Keras 3, `keras/src/layers/convolutional/depthwise_conv1d.py`
 * @example
 * new DepthwiseConv1D({ kernelSize: 3, depthMultiplier: 2 }).apply(ops.ones([8, 80, 16])).shape; // [8, 78, 32]
 */
export class DepthwiseConv1D extends BaseDepthwiseConv {
  static override readonly className = 'DepthwiseConv1D';

  constructor(config: DepthwiseConvConfig) {
    super(1, config);
  }
}

/** Short for `new DepthwiseConv1D(config)`. */
export const depthwiseConv1d = (config: DepthwiseConvConfig): DepthwiseConv1D => new DepthwiseConv1D(config);
