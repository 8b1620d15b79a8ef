import { ops, type Tensor } from '@capas/core';
import type { LayerConfig } from '../../layer-config.ts';
import { joinUnmasked, Merge, type MergeFactory, mergeFactory } from './merge.ts';

/**
 * The greatest of its inputs, element by element. What an input has masked does not count.
 *
 * Shapes: a list of tensors whose shapes can be broadcast → one of the common shape.
 *
 * @see Keras 3, `keras/src/layers/merging/maximum.py`
 * @example
 * new Maximum().apply([ops.zeros([2, 3]), ops.ones([2, 3])]); // ones
 */
export class Maximum extends Merge {
  static override readonly className = 'Maximum';

  protected override merge(inputs: readonly Tensor[], masks: readonly (Tensor | undefined)[]): Tensor {
    return joinUnmasked(inputs, masks, (a, b) => ops.maximum(a, b));
  }
}

/** Short for `new Maximum(config)`; called on a list of inputs, what the layer makes of them. */
export const maximum: MergeFactory<Maximum> = mergeFactory((config: LayerConfig) => new Maximum(config));
