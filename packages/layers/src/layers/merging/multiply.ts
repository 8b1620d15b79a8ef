import { ops, type Tensor } from '@capas/core';
import type { LayerConfig } from '../../layer-config.ts';
import { attachMask } from '../../masking.ts';
import { Merge, type MergeFactory, mergeFactory, overFeatures } from './merge.ts';

/**
 * Multiplies its inputs element by element. What an input has masked counts as 1; what all have masked becomes 0.
 *
 * Shapes: a list of tensors whose shapes can be broadcast → one of the common shape.
 *
 * @see Keras 3, `keras/src/layers/merging/multiply.py`
 * @example
 * new Multiply().apply([ops.zeros([2, 3]), ops.ones([2, 3])]); // zeros
 */
export class Multiply extends Merge {
  static override readonly className = 'Multiply';

  protected override merge(inputs: readonly Tensor[], masks: readonly (Tensor | undefined)[]): Tensor {
    const overAll = inputs.map((input, i) => overFeatures(masks[i], input));
    const factors = inputs.map((input, i) => (overAll[i] ? ops.where(overAll[i], input, ops.onesLike(input)) : input));
    const product = factors.reduce((a, b) => ops.multiply(a, b));
    if (!overAll.every((mask) => mask)) return product;
    const mask = (overAll as Tensor[]).reduce((a, b) => ops.logicalOr(a, b));
    const output = ops.where(mask, product, ops.zerosLike(product));
    attachMask(output, ops.any(mask, { axis: -1 }));
    return output;
  }
}

/** Short for `new Multiply(config)`; called on a list of inputs, what the layer makes of them. */
export const multiply: MergeFactory<Multiply> = mergeFactory((config: LayerConfig) => new Multiply(config));
