import { type DType, ops, type Tensor } from '@capas/core';
import type { LayerConfig } from '../../layer-config.ts';
import { Merge, type MergeFactory, mergeFactory } from './merge.ts';

/**
 * The mean of its inputs, element by element.
 *
 * Shapes: a list of tensors whose shapes can be broadcast → one of the common shape.
 *
 * @see Keras 3, `keras/src/layers/merging/average.py`
 * @example
 * new Average().apply([ops.zeros([2, 3]), ops.ones([2, 3])]); // halves
 */
export class Average extends Merge {
  static override readonly className = 'Average';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return ops.divide(
      inputs.reduce((sum, input) => ops.add(sum, input)),
      inputs.length,
    );
  }

  override outputDType(): DType {
    return 'float32';
  }
}

/** Short for `new Average(config)`; called on a list of inputs, what the layer makes of them. */
export const average: MergeFactory<Average> = mergeFactory((config: LayerConfig) => new Average(config));
