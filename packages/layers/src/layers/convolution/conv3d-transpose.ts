import { BaseConvTranspose, type ConvTransposeConfig } from './base-conv-transpose.ts';

/**
 * The transpose of a convolution of volumes, which enlarges them by its strides: `activation(convᵀ(inputs, kernel) + bias)`.
 *
 * Shapes: inputs `[batch, depth, height, width, channels]` → output `[batch, newDepth, newHeight, newWidth, filters]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 * Weights: `kernel [...kernelSize, filters, channels]`, `bias [filters]`.
 *
 * @throws ArgumentError for sizes that are no positive integers, strides together with dilation, or an `outputPadding` that is
 * not below the strides.
 * @see Keras 3, `keras/src/layers/convolutional/conv3d_transpose.py`
 * @example
 * new Conv3DTranspose({ filters: 16, kernelSize: 2, strides: 2 }).apply(ops.ones([8, 4, 7, 7, 32])).shape; // [8, 8, 14, 14, 16]
 */
export class Conv3DTranspose extends BaseConvTranspose {
  static override readonly className = 'Conv3DTranspose';

  constructor(config: ConvTransposeConfig) {
    super(3, config);
  }
}

/** Short for `new Conv3DTranspose(config)`. */
export const conv3dTranspose = (config: ConvTransposeConfig): Conv3DTranspose => new Conv3DTranspose(config);
