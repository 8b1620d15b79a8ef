import { ArgumentError, type DType, ops, type PartialShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig } from '../../layer-config.ts';

/** Options of {@link Permute}. */
export interface PermuteConfig extends LayerConfig {
  /** The axes of a sample in their new order, counted from 1: the batch is axis 0 and stays. */
  readonly dims: readonly number[];
}

/**
 * Puts the axes of each sample in another order.
 *
 * Shapes: inputs `[batch, …]` → output `[batch, inputs.shape[dims[0]], inputs.shape[dims[1]], …]`.
 *
 * @throws ArgumentError if `dims` does not name each axis from 1 on once
 * @see Keras 3, `keras/src/layers/reshaping/permute.py`
 * @example
 * new Permute({ dims: [2, 1] }).apply(ops.ones([8, 10, 64])).shape; // [8, 64, 10]
 */
export class Permute extends Layer<PermuteConfig> {
  static override readonly className = 'Permute';

  constructor(config: PermuteConfig) {
    super(config);
    const { dims } = config;
    if (!Array.isArray(dims) || !dims.every((_, i) => dims.includes(i + 1))) {
      throw new ArgumentError('Permute', 'dims', 'a list of each axis once, counted from 1', dims);
    }
    this.inputSpec = { rank: dims.length + 1 };
  }

  override call(inputs: Tensor): Tensor {
    return ops.transpose(inputs, { axes: [0, ...this.config.dims] });
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [inputShape[0]!, ...this.config.dims.map((axis) => inputShape[axis]!)];
  }

  override outputDType([dtype]: readonly DType[]): DType {
    return dtype!;
  }
}

/** Short for `new Permute(config)`. */
export const permute = (config: PermuteConfig): Permute => new Permute(config);
