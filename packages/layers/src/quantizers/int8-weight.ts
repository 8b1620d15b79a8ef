import { type PartialShape, StateError, scope, type Tensor } from '@capas/core';
import type { Layer } from '../layer.ts';
import { withNameScope } from '../naming.ts';
import type { Weight } from '../weight.ts';

/** A weight in whole numbers from −127 to 127, and their scale: its value is `values / scale`. Neither is trained. */
export interface Int8Weight {
  readonly values: Weight;
  readonly scale: Weight;
}

/** The shapes of such a weight, and its name. */
export interface Int8Shapes {
  readonly name: string;
  readonly shape: PartialShape;
  readonly scaleShape: PartialShape;
}

/** Makes the two weights, zeros and ones: files fill them. For use in `build`. */
export function addInt8Weight(layer: Layer, { name, shape, scaleShape }: Int8Shapes): Int8Weight {
  const fixed = { trainable: false } as const;
  return {
    values: layer.addWeight(name, shape, 'zeros', { ...fixed, stored: 'int8' }),
    scale: layer.addWeight(`${name}_scale`, scaleShape, 'ones', fixed),
  };
}

/** Puts the two in the place of a weight of float32, which is freed. A backend must be ready. */
export function toInt8Weight(
  layer: Layer,
  weight: Weight,
  quantize: (value: Tensor) => { readonly values: Tensor; readonly scale: Tensor },
): Int8Weight {
  if (weight.lowRank)
    throw new StateError(`Layer '${layer.name}' has a low-rank update, which a weight of int8 cannot have.`);
  return scope(() => {
    const { values, scale } = quantize(weight.held);
    const made = withNameScope(layer.path, () =>
      addInt8Weight(layer, { name: weight.name, shape: weight.shape, scaleShape: scale.shape }),
    );
    made.values.assign(values);
    made.scale.assign(scale);
    layer.removeWeight(weight);
    return made;
  });
}
