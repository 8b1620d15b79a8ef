import {
  ArgumentError,
  broadcastShapes,
  type DType,
  ops,
  type PartialShape,
  ShapeError,
  showShape,
  type Tensor,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import { type CallOptions, isShapeList, type LayerConfig, type Shapes } from '../../layer-config.ts';

/**
 * The base of the layers that join inputs element by element: it brings them to one shape.
 *
 * @see Keras 3, `keras/src/layers/merging/base_merge.py`
 */
export abstract class Merge<Config extends LayerConfig = LayerConfig> extends Layer<Config> {
  constructor(config: Config = {} as Config) {
    super(config);
    this.supportsMasking = true;
  }

  /** Joins two or more tensors of shapes that can be broadcast. */
  protected abstract merge(inputs: readonly Tensor[]): Tensor;

  override build(inputShapes: Shapes): void {
    this.computeOutputShape(inputShapes);
  }

  override call(inputs: readonly Tensor[]): Tensor {
    const rank = Math.max(...inputs.map((input) => input.rank));
    // Keras aligns the batch axis: missing axes go behind it
    return this.merge(
      inputs.map((input) => (input.rank === rank ? input : ops.reshape(input, aligned(input.shape, rank) as number[]))),
    );
  }

  override computeOutputShape(inputShapes: Shapes): PartialShape {
    const shapes = requireList(this.name, inputShapes);
    const rank = Math.max(...shapes.map(({ length }) => length));
    return shapes.map((shape) => aligned(shape, rank)).reduce((a, b) => broadcastShapes(`Layer '${this.name}'`, a, b));
  }

  override computeMask(_inputs: readonly Tensor[], mask: CallOptions['mask']): Tensor | undefined {
    if (!Array.isArray(mask) || mask.some((item) => !item)) return undefined;
    return (mask as readonly Tensor[]).reduce((a, b) => ops.logicalOr(a, b));
  }

  override outputDType(dtypes: readonly DType[]): DType {
    return dtypes.every((dtype) => dtype === dtypes[0]) ? dtypes[0]! : 'float32';
  }
}

/** The shapes of a list of inputs. @throws ShapeError if there is one input only */
export function requireList(name: string, shapes: Shapes): readonly PartialShape[] {
  if (!isShapeList(shapes)) {
    throw new ShapeError(
      `Layer '${name}' joins a list of inputs: call it on [a, b]. Received: one input of shape ${showShape(shapes)}.`,
    );
  }
  if (shapes.length < 1) throw new ArgumentError(`Layer '${name}'`, 'inputs', 'a list with at least one input', shapes);
  return shapes;
}

const aligned = ([batch, ...rest]: PartialShape, rank: number): PartialShape => [
  ...(batch === undefined ? [] : [batch]),
  ...Array.from({ length: rank - rest.length - 1 }, () => 1),
  ...rest,
];
