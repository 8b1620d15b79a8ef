import { ops, type PartialShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';

/**
 * Gives out numbers as they are, as float32: what a `FeatureSpace` does with plain numbers. It has Keras's name, for files.
 *
 * @see Keras 3, `keras/src/layers/preprocessing/feature_space.py`
 */
export class TFDIdentity extends Layer {
  static override readonly className = 'TFDIdentity';

  override call(inputs: Tensor): Tensor {
    return ops.cast(inputs, 'float32');
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}
