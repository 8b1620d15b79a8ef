import { ops, type PartialShape, type Tensor } from '@capas/core';
import type { LayerConfig, Shapes } from '../../layer-config.ts';
import { Merge, type MergeFactory, mergeFactory, requireList } from './merge.ts';

/**
 * Subtracts the second of two inputs from the first, element by element.
 *
 * Shapes: a list of tensors whose shapes can be broadcast → one of the common shape.
 *
 * @see Keras 3, `keras/src/layers/merging/subtract.py`
 * @example
 * new Subtract().apply([ops.ones([2, 3]), ops.ones([2, 3])]); // zeros
 */
export class Subtract extends Merge {
  static override readonly className = 'Subtract';

  protected override merge([a, b]: readonly Tensor[]): Tensor {
    return ops.subtract(a!, b!);
  }

  override computeOutputShape(inputShapes: Shapes): PartialShape {
    return super.computeOutputShape(requireList(this.name, inputShapes, 2));
  }
}

/** Short for `new Subtract(config)`; called on a list of inputs, what the layer makes of them. */
export const subtract: MergeFactory<Subtract> = mergeFactory((config: LayerConfig) => new Subtract(config));
