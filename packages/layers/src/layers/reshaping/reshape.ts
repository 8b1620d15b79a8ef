import {
  ArgumentError,
  type DType,
  ops,
  type PartialShape,
  type Shape,
  ShapeError,
  showShape,
  sizeOf,
  type Tensor,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig } from '../../layer-config.ts';

/** Options of {@link Reshape}. */
export interface ReshapeConfig extends LayerConfig {
  /** The shape of one sample; one dimension may be −1: it is worked out. */
  readonly targetShape: Shape;
}

/**
 * Gives each sample another shape; the elements keep their order.
 *
 * Shapes: inputs `[batch, …]` → output `[batch, ...targetShape]`.
 *
 * @throws ShapeError if the numbers of elements differ
 * @see Keras 3, `keras/src/layers/reshaping/reshape.py`
 * @example
 * new Reshape({ targetShape: [28, 28] }).apply(ops.ones([8, 784])).shape; // [8, 28, 28]
 */
export class Reshape extends Layer<ReshapeConfig> {
  static override readonly className = 'Reshape';

  constructor(config: ReshapeConfig) {
    super(config);
    const { targetShape } = config;
    const valid =
      Array.isArray(targetShape) && targetShape.every((dim) => Number.isInteger(dim) && (dim >= 0 || dim === -1));
    if (!valid || targetShape.filter((dim) => dim === -1).length > 1) {
      throw new ArgumentError('Reshape', 'targetShape', 'a list of sizes, at most one of them -1', targetShape);
    }
  }

  override call(inputs: Tensor): Tensor {
    return ops.reshape(inputs, this.computeOutputShape(inputs.shape) as Shape);
  }

  override computeOutputShape([batch, ...sample]: PartialShape): PartialShape {
    const { targetShape } = this.config;
    if (sample.includes(null)) return [batch!, ...targetShape.map((dim) => (dim === -1 ? null : dim))];
    const known = sizeOf(targetShape.filter((dim) => dim !== -1));
    const size = sizeOf(sample as number[]);
    const missing = size / known;
    if (targetShape.includes(-1) ? !Number.isInteger(missing) : size !== known) {
      throw new ShapeError(
        `Reshape '${this.name}': samples of shape ${showShape(sample)} (${size} elements) cannot become ${showShape(targetShape)}.`,
      );
    }
    return [batch!, ...targetShape.map((dim) => (dim === -1 ? missing : dim))];
  }

  override outputDType([dtype]: readonly DType[]): DType {
    return dtype!;
  }
}

/** Short for `new Reshape(config)`. */
export const reshape = (config: ReshapeConfig): Reshape => new Reshape(config);
