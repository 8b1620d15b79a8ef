import { BaseConvTranspose, type ConvTransposeConfig } from './base-conv-transpose.ts';

/**
 * The transpose of a convolution of sequences, which enlarges them by its strides: `activation(convᵀ(inputs, kernel) + bias)`.
 *
 * Shapes: inputs `[batch, steps, channels]` → output `[batch, newSteps, filters]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 * Weights: `kernel [...kernelSize, filters, channels]`, `bias [filters]`.
 *
 * @throws ArgumentError for sizes that are no positive integers, strides together with dilation, or an `outputPadding` that is
 * not below the strides.
 * @see Keras 3, `keras/src/layers/convolutional/conv1d_transpose.py`
 * @example
 * new Conv1DTranspose({ filters: 16, kernelSize: 3, strides: 2 }).apply(ops.ones([8, 40, 32])).shape; // [8, 81, 16]
 */
export class Conv1DTranspose extends BaseConvTranspose {
  static override readonly className = 'Conv1DTranspose';

  constructor(config: ConvTransposeConfig) {
    super(1, config);
  }
}

/** Short for `new Conv1DTranspose(config)`. */
export const conv1dTranspose = (config: ConvTransposeConfig): Conv1DTranspose => new Conv1DTranspose(config);
