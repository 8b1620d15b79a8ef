import { ops, type Tensor } from '@capas/core';
import type { LayerConfig } from '../../layer-config.ts';
import { joinUnmasked, Merge, type MergeFactory, mergeFactory } from './merge.ts';

/**
 * The least of its inputs, element by element. What an input has masked does not count.
 *
 * Shapes: a list of tensors whose shapes can be broadcast → one of the common shape.
 *
 * @see Keras 3, `keras/src/layers/merging/minimum.py`
 * @example
 * new Minimum().apply([ops.zeros([2, 3]), ops.ones([2, 3])]); // zeros
 */
export class Minimum extends Merge {
  static override readonly className = 'Minimum';

  protected override merge(inputs: readonly Tensor[], masks: readonly (Tensor | undefined)[]): Tensor {
    return joinUnmasked(inputs, masks, (a, b) => ops.minimum(a, b));
  }
}

/** Short for `new Minimum(config)`; called on a list of inputs, what the layer makes of them. */
export const minimum: MergeFactory<Minimum> = mergeFactory((config: LayerConfig) => new Minimum(config));
