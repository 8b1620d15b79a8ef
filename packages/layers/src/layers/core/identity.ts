import type { DType, PartialShape, Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Shapes } from '../../layer-config.ts';
import { pack, type Structure } from '../../structure.ts';
import { isSymbolic, SymbolicTensor } from '../../symbolic-tensor.ts';

/**
 * Gives back what it is called on: one tensor, or a list or record of them.
 *
 * @see Keras 3, `keras/src/layers/core/identity.py`
 * @example
 * new Identity().apply([[1, 2]]); // [[1, 2]]
 */
export class Identity extends Layer {
  static override readonly className = 'Identity';

  constructor(config: LayerConfig = {}) {
    super(config);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor | readonly Tensor[] {
    return inputs;
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape;
  override computeOutputShape(inputShape: Shapes): Shapes;
  override computeOutputShape(inputShape: Shapes): Shapes {
    return inputShape;
  }

  override outputDType([dtype]: readonly DType[]): DType {
    return dtype!;
  }

  protected override symbolicOutputs(
    inputs: readonly SymbolicTensor[],
    structure: Structure<SymbolicTensor>,
  ): Structure<SymbolicTensor> {
    const outputs = inputs.map(({ shape, dtype }) => new SymbolicTensor(shape, dtype, this.name));
    return pack(structure, outputs, isSymbolic);
  }
}

/** Short for `new Identity(config)`. */
export const identity = (config: LayerConfig = {}): Identity => new Identity(config);
