import { BaseConv, type ConvConfig } from './base-conv.ts';

/**
 * Slides filters over volumes: `activation(conv(inputs, kernel) + bias)`.
 *
 * Shapes: inputs `[batch, depth, height, width, channels]` → output `[batch, newDepth, newHeight, newWidth, filters]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 * Weights: `kernel [...kernelSize, channels / groups, filters]`, `bias [filters]`; with `loraRank` the kernel is frozen, and there are
 * `lora_kernel_a [...kernelSize, channels / groups, loraRank]` and `lora_kernel_b [loraRank, filters]`.
 *
 * @throws ArgumentError for sizes that are no positive integers, or strides together with dilation.
 * @see Keras 3, `keras/src/layers/convolutional/conv3d.py`
 * @example
 * new Conv3D({ filters: 32, kernelSize: 3 }).apply(ops.ones([8, 16, 28, 28, 1])).shape; // [8, 14, 26, 26, 32]
 */
export class Conv3D extends BaseConv {
  static override readonly className = 'Conv3D';

  constructor(config: ConvConfig) {
    super(3, config);
  }
}

/** Short for `new Conv3D(config)`. */
export const conv3d = (config: ConvConfig): Conv3D => new Conv3D(config);
