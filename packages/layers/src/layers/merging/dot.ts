import { ArgumentError, ops, type PartialShape, ShapeError, showShape, sizeOf, type Tensor } from '@capas/core';
import type { LayerConfig, Resolved, Shapes } from '../../layer-config.ts';
import { Merge, type MergeFactory, mergeFactory, requireList } from './merge.ts';

/** Options of {@link Dot}. */
export interface DotConfig extends LayerConfig {
  /** The axis of both inputs that is summed over, or one for each; never 0, the batch. */
  readonly axes: number | readonly [number, number];
  /** Whether both are brought to length 1 along that axis first: the output is the cosine. @defaultValue `false` */
  readonly normalize?: boolean;
}

const defaults = { normalize: false } as const;

/**
 * Products of two inputs, sample by sample, summed over an axis of each: `Σₖ a[…, k] · b[k, …]`.
 *
 * Shapes: `[batch, …, k, …]` twice → `[batch, …a without k, …b without k]`; `[batch, 1]` where nothing else is left.
 *
 * @throws ArgumentError if `axes` is no integer or pair of integers, or the batch axis
 * @throws ShapeError if the sizes along the axes differ
 * @see Keras 3, `keras/src/layers/merging/dot.py`
 * @example
 * new Dot({ axes: 1 }).apply([[[1, 2]], [[3, 4]]].map((x) => toTensor(x))); // [[11]]
 */
export class Dot extends Merge<Resolved<DotConfig, typeof defaults>> {
  static override readonly className = 'Dot';

  constructor(config: DotConfig) {
    super({ ...defaults, ...config });
    const pair = [config.axes].flat();
    if (
      !pair.every((axis) => Number.isInteger(axis) && axis !== 0) ||
      (Array.isArray(config.axes) && pair.length !== 2)
    )
      throw new ArgumentError('Dot', 'axes', 'an axis behind the batch axis, or two of them', config.axes);
  }

  override call(inputs: readonly Tensor[]): Tensor {
    return this.merge(inputs);
  }

  override computeOutputShape(inputShapes: Shapes): PartialShape {
    const [a, b] = requireList(this.name, inputShapes, 2) as [PartialShape, PartialShape];
    const [axisA, axisB] = this.#axes(a, b);
    const [sizeA, sizeB] = [a[axisA]!, b[axisB]!];
    if (sizeA !== sizeB && sizeA !== null && sizeB !== null) {
      throw new ShapeError(
        `Layer '${this.name}': the sizes along the axes ${axisA} and ${axisB} must be equal. Received: inputs of shapes ${showShape(a)} and ${showShape(b)}.`,
      );
    }
    const left = [...a.filter((_, axis) => axis !== axisA), ...b.filter((_, axis) => axis !== axisB && axis > 0)];
    return left.length === 1 ? [...left, 1] : left;
  }

  override computeMask(): undefined {
    return undefined;
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    const shapes = inputs.map(({ shape }) => shape);
    const shape = this.computeOutputShape(shapes) as number[];
    const [axisA, axisB] = this.#axes(shapes[0]!, shapes[1]!);
    const [a, b] = inputs.map((input, i) =>
      this.config.normalize ? ops.normalize(input, { axis: i === 0 ? axisA : axisB }) : input,
    ) as [Tensor, Tensor];
    const rows = rowsOf(a, axisA);
    const columns = rowsOf(b, axisB);
    return ops.reshape(ops.matmul(rows, ops.transpose(columns, { axes: [0, 2, 1] })), shape);
  }

  #axes(a: PartialShape, b: PartialShape): [number, number] {
    const { axes } = this.config;
    const given = typeof axes === 'number' ? [axes, axes] : axes;
    return [a, b].map((shape, i) => {
      const axis = given[i]! < 0 ? given[i]! + shape.length : given[i]!;
      if (axis > 0 && axis < shape.length) return axis;
      throw new ShapeError(
        `Layer '${this.name}': there is no axis ${given[i]} to sum over behind the batch axis of an input of shape ${showShape(shape)}.`,
      );
    }) as [number, number];
  }
}

/** Short for `new Dot(config)`; called on a list of inputs, what the layer makes of them (along the last axes by default). */
export const dot: MergeFactory<Dot, Partial<DotConfig>> = mergeFactory(
  (config: Partial<DotConfig>) => new Dot({ axes: -1, ...config }),
);

/** `[batch, rest, size]`: the axis that is summed over stands at the end, the others are one. */
function rowsOf(x: Tensor, axis: number): Tensor {
  const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
  const rest = sizeOf(others.slice(1).map((i) => x.shape[i]!));
  return ops.reshape(ops.transpose(x, { axes: [...others, axis] }), [x.shape[0]!, rest, x.shape[axis]!]);
}
