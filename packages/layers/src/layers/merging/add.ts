import { ops, type Tensor } from '@capas/core';
import type { LayerConfig } from '../../layer-config.ts';
import { Merge, type MergeFactory, mergeFactory } from './merge.ts';

/**
 * Adds its inputs element by element.
 *
 * Shapes: a list of tensors whose shapes can be broadcast → one of the common shape.
 *
 * @see Keras 3, `keras/src/layers/merging/add.py`
 * @example
 * new Add().apply([ops.ones([2, 3]), ops.ones([2, 3])]); // twos
 */
export class Add extends Merge {
  static override readonly className = 'Add';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((sum, input) => ops.add(sum, input));
  }
}

/** Short for `new Add(config)`; called on a list of inputs, what the layer makes of them. */
export const add: MergeFactory<Add> = mergeFactory((config: LayerConfig) => new Add(config));
