import { ops, type PartialShape, positiveAxis, ShapeError, showShape, type Tensor } from '@capas/core';
import type { LayerConfig, Resolved, Shapes } from '../../layer-config.ts';
import type { Masks } from '../../masking.ts';
import { Merge, type MergeFactory, mergeFactory, requireList } from './merge.ts';

/** Options of {@link Concatenate}. */
export interface ConcatenateConfig extends LayerConfig {
  /** The axis along which inputs are put together. @defaultValue −1: the last */
  readonly axis?: number;
}

const defaults = { axis: -1 } as const;

/**
 * Puts its inputs together along an axis.
 *
 * Shapes: tensors of equal shapes but for `axis` → one whose size there is the sum.
 *
 * @throws ShapeError if the shapes differ on another axis
 * @see Keras 3, `keras/src/layers/merging/concatenate.py`
 * @example
 * new Concatenate().apply([ops.ones([2, 3]), ops.ones([2, 4])]).shape; // [2, 7]
 */
export class Concatenate extends Merge<Resolved<ConcatenateConfig, typeof defaults>> {
  static override readonly className = 'Concatenate';

  constructor(config: ConcatenateConfig = {}) {
    super({ ...defaults, ...config });
  }

  override call(inputs: readonly Tensor[]): Tensor {
    return this.merge(inputs);
  }

  override computeOutputShape(inputShapes: Shapes): PartialShape {
    const shapes = requireList(this.name, inputShapes);
    const [first] = shapes as [PartialShape];
    const axis = positiveAxis(`Layer '${this.name}'`, this.config.axis, first.length);
    for (const shape of shapes) {
      const fits =
        shape.length === first.length &&
        shape.every((dim, i) => i === axis || dim === first[i] || dim === null || first[i] === null);
      if (!fits) {
        throw new ShapeError(
          `Layer '${this.name}': inputs must have equal shapes but for axis ${axis}. Received: ${shapes.map(showShape).join(' and ')}.`,
        );
      }
    }
    const sizes = shapes.map((shape) => shape[axis]!);
    const size = sizes.includes(null as never) ? null : sizes.reduce<number>((sum, dim) => sum + dim!, 0);
    return first.map((dim, i) => (i === axis ? size : dim));
  }

  override computeMask(inputs: readonly Tensor[], mask: Masks): Tensor | undefined {
    if (!Array.isArray(mask) || mask.every((item) => !item)) return undefined;
    const masks = inputs.map((input, i) => {
      const given = (mask as readonly (Tensor | undefined)[])[i];
      const none = ops.zeros(input.shape, { dtype: 'bool' });
      if (!given) return ops.logicalNot(none);
      return given.rank < input.rank ? ops.logicalOr(ops.expandDims(given, -1), none) : given;
    });
    return ops.any(ops.concatenate(masks, { axis: this.config.axis }), { axis: -1 });
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return ops.concatenate(inputs, { axis: this.config.axis });
  }
}

/** Short for `new Concatenate(config)`; called on a list of inputs, what the layer makes of them. */
export const concatenate: MergeFactory<Concatenate, ConcatenateConfig> = mergeFactory(
  (config: ConcatenateConfig) => new Concatenate(config),
);
