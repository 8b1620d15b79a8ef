import {
  ArgumentError,
  type DType,
  ops,
  type PartialShape,
  ShapeError,
  showShape,
  type Tensor,
  type TensorLike,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import { type CallOptions, isShapeList, type LayerConfig, type Shapes } from '../../layer-config.ts';
import { attachMask, type Masks } from '../../masking.ts';
import type { SymbolicTensor } from '../../symbolic-tensor.ts';

/** Joins two or more tensors of shapes that can be broadcast; `masks` are theirs, where they have some. */
type Join = (a: Tensor, b: Tensor) => Tensor;

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

  /** Joins tensors of shapes that can be broadcast; `masks` are theirs, where they have some. */
  protected abstract merge(inputs: readonly Tensor[], masks: readonly (Tensor | undefined)[]): Tensor;

  override build(inputShapes: Shapes): void {
    this.computeOutputShape(inputShapes);
  }

  override call(inputs: readonly Tensor[], { mask }: CallOptions): Tensor {
    const rank = Math.max(...inputs.map((input) => input.rank));
    const masks = Array.isArray(mask) ? (mask as readonly (Tensor | undefined)[]) : [];
    // Keras aligns the batch axis: missing axes go behind it, and what is moved so has no mask
    return this.merge(
      inputs.map((input) => (input.rank === rank ? input : ops.reshape(input, aligned(input.shape, rank) as number[]))),
      inputs.map((input, i) => (input.rank === rank ? masks[i] : undefined)),
    );
  }

  override computeOutputShape(inputShapes: Shapes): PartialShape {
    const shapes = requireList(this.name, inputShapes);
    const rank = Math.max(...shapes.map(({ length }) => length));
    return shapes
      .map((shape) => aligned(shape, rank))
      .reduce((a, b) =>
        a.map((dim, axis) => {
          const size = commonSize(dim, b[axis]!, axis === 0);
          if (size !== undefined) return size;
          throw new ShapeError(
            `Layer '${this.name}': inputs of shapes ${shapes.map(showShape).join(' and ')} cannot be joined element by element.`,
          );
        }),
      );
  }

  override computeMask(_inputs: readonly Tensor[], mask: Masks): Tensor | undefined {
    if (!Array.isArray(mask) || mask.some((item) => !item)) return undefined;
    return (mask as readonly Tensor[]).reduce((a, b) => ops.logicalOr(a, b));
  }

  override outputDType(dtypes: readonly DType[]): DType {
    return dtypes.every((dtype) => dtype === dtypes[0]) ? dtypes[0]! : 'float32';
  }
}

/**
 * Joins tensors two by two. What one has masked is taken from the other, for joins without a neutral element; the output
 * has a mask where all inputs have one.
 */
export function joinUnmasked(inputs: readonly Tensor[], masks: readonly (Tensor | undefined)[], join: Join): Tensor {
  let [output, outputMask] = [inputs[0]!, overFeatures(masks[0], inputs[0]!)];
  for (const [i, input] of inputs.entries()) {
    if (i === 0) continue;
    const mask = overFeatures(masks[i], input);
    const next = mask ? ops.where(mask, input, output) : input;
    output = join(outputMask ? ops.where(outputMask, output, next) : output, next);
    outputMask = mask && outputMask && ops.logicalOr(outputMask, mask);
  }
  if (outputMask) attachMask(output, ops.any(outputMask, { axis: -1 }));
  return output;
}

/** The mask of time steps as one of the elements of its tensor. */
export const overFeatures = (mask: Tensor | undefined, { shape }: Tensor): Tensor | undefined =>
  mask && ops.broadcastTo(ops.expandDims(mask, -1), shape);

/** The shapes of a list of inputs. @throws ShapeError if there is one input only, or not `count` of them */
export function requireList(name: string, shapes: Shapes, count?: number): readonly PartialShape[] {
  if (!isShapeList(shapes)) {
    throw new ShapeError(
      `Layer '${name}' joins a list of inputs: call it on [a, b]. Received: one input of shape ${showShape(shapes)}.`,
    );
  }
  if (shapes.length < 1) throw new ArgumentError(`Layer '${name}'`, 'inputs', 'a list with at least one input', shapes);
  if (count !== undefined && shapes.length !== count)
    throw new ShapeError(`Layer '${name}' joins exactly ${count} inputs. Received: ${shapes.length}.`);
  return shapes;
}

/** What the short form of a merging layer gives: the layer, or what it makes of the inputs that stand for the options. */
export interface MergeFactory<Merging, Config extends LayerConfig = LayerConfig> {
  (config?: Config): Merging;
  (inputs: readonly SymbolicTensor[], config?: Config): SymbolicTensor;
  (inputs: readonly TensorLike[], config?: Config): Tensor;
}

/** The short form of a merging layer. */
export const mergeFactory = <Merging extends Layer, Config extends LayerConfig = LayerConfig>(
  make: (config: Config) => Merging,
): MergeFactory<Merging, Config> =>
  ((given: Config | readonly TensorLike[] = {} as Config, config: Config = {} as Config) =>
    Array.isArray(given) ? make(config).apply(given as TensorLike[]) : make(given as Config)) as MergeFactory<
    Merging,
    Config
  >;

const aligned = ([batch, ...rest]: PartialShape, rank: number): PartialShape => [
  ...(batch === undefined ? [] : [batch]),
  ...Array.from({ length: rank - rest.length - 1 }, () => 1),
  ...rest,
];

/** The size along an axis of two inputs: unknown where either is, but for the batch; `undefined` if they do not fit. */
function commonSize(a: number | null, b: number | null, isBatch: boolean): number | null | undefined {
  if (isBatch) return a === null || b === null || a === b ? (a ?? b) : undefined;
  if (a === null || b === null) return null;
  if (a === b || b === 1) return a;
  return a === 1 ? b : undefined;
}
