import { BaseConvTranspose, type ConvTransposeConfig } from './base-conv-transpose.ts';

/**
 * The transpose of a convolution of images, which enlarges them by its strides: `activation(convᵀ(inputs, kernel) + bias)`.
 *
 * Shapes: inputs `[batch, height, width, channels]` → output `[batch, newHeight, newWidth, filters]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 * Weights: `kernel [...kernelSize, filters, channels]`, `bias [filters]`.
 *
 * @throws ArgumentError for sizes that are no positive integers, strides together with dilation, or an `outputPadding` that is
 * not below the strides.
 * @see Keras 3, `keras/src/layers/convolutional/conv2d_transpose.py`
 * @example
 * new Conv2DTranspose({ filters: 16, kernelSize: 3, strides: 2, padding: 'same' }).apply(ops.ones([8, 14, 14, 32])).shape; // [8, 28, 28, 16]
 */
export class Conv2DTranspose extends BaseConvTranspose {
  static override readonly className = 'Conv2DTranspose';

  constructor(config: ConvTransposeConfig) {
    super(2, config);
  }
}

/** Short for `new Conv2DTranspose(config)`. */
export const conv2dTranspose = (config: ConvTransposeConfig): Conv2DTranspose => new Conv2DTranspose(config);
