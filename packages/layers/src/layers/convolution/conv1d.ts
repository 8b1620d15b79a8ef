import { BaseConv, type Conv1DConfig } from './base-conv.ts';

/**
 * Slides filters over sequences: `activation(conv(inputs, kernel) + bias)`.
 *
 * Shapes: inputs `[batch, steps, channels]` → output `[batch, newSteps, filters]`, or with the
 * channels in second place for `dataFormat: 'channelsFirst'`.
 * Weights: `kernel [...kernelSize, channels / groups, filters]`, `bias [filters]`; with `loraRank` the kernel is frozen, and there are
 * `lora_kernel_a [...kernelSize, channels / groups, loraRank]` and `lora_kernel_b [loraRank, filters]`.
 *
 * @throws ArgumentError for sizes that are no positive integers, or strides together with dilation.
 * @see Keras 3, `keras/src/layers/convolutional/conv1d.py`
 * @example
 * new Conv1D({ filters: 32, kernelSize: 3, padding: 'causal' }).apply(ops.ones([8, 80, 16])).shape; // [8, 80, 32]
 */
export class Conv1D extends BaseConv {
  static override readonly className = 'Conv1D';

  constructor(config: Conv1DConfig) {
    super(1, config);
  }
}

/** Short for `new Conv1D(config)`. */
export const conv1d = (config: Conv1DConfig): Conv1D => new Conv1D(config);
