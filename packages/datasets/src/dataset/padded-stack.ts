import { ArgumentError, HostArray, type HostDType, ShapeError, showShape } from '@capas/core';
import { joinElements, leafToArray } from './element.ts';
import { copyInto } from './stack.ts';

/** A value for every leaf, or a tree of values like the elements. */
export type PerLeaf<V> = V | readonly PerLeaf<V>[] | { readonly [name: string]: PerLeaf<V> };

/** Options of {@link paddedStack}. */
export interface PaddingOptions {
  /** The shape to pad to: of all leaves, or in a tree. `null` is the longest of the batch, as is every dimension by default. */
  readonly paddedShapes?: PerLeaf<readonly (number | null)[]>;
  /** What to fill with, for all leaves, or in a tree. @defaultValue 0 or `''` */
  readonly paddingValues?: PerLeaf<number | string | null>;
}

/**
 * Joins elements along a new first axis, after padding them at their ends to one shape.
 *
 * @throws ShapeError if ranks or dtypes differ, or an element is larger than `paddedShapes` says
 */
export function paddedStack(who: string, elements: readonly unknown[], options: PaddingOptions): unknown {
  return joinElements(who, elements, (leaves, path) => {
    const arrays = leaves.map((leaf) => leafToArray(who, leaf));
    const { rank, dtype } = arrays[0]!;
    for (const array of arrays) {
      if (array.rank === rank && array.dtype === dtype) continue;
      throw new ShapeError(
        `${who}: the elements${path} of a batch must have one rank and dtype. Received: ${dtype} ${showShape(arrays[0]!.shape)} and ${array.dtype} ${showShape(array.shape)}.`,
      );
    }
    const wanted = (valueAt(options.paddedShapes, path, isShape) ?? arrays[0]!.shape.map(() => null)) as (
      | number
      | null
    )[];
    if (wanted.length !== rank) throw new ArgumentError(who, `paddedShapes${path}`, `a shape of rank ${rank}`, wanted);
    const shape = wanted.map((dim, axis) => dim ?? Math.max(...arrays.map((array) => array.shape[axis]!)));
    const tooLarge = arrays.find((array) => array.shape.some((dim, axis) => dim > shape[axis]!));
    if (tooLarge)
      throw new ShapeError(
        `${who}: an element${path} of shape ${showShape(tooLarge.shape)} is larger than its padded shape ${showShape(wanted)}.`,
      );
    const value = valueAt(options.paddingValues, path, (node) => typeof node !== 'object' || node === null);
    const out = filled([arrays.length, ...shape], dtype, (value ?? undefined) as number | string | undefined);
    const size = out.size / arrays.length;
    for (const [i, array] of arrays.entries()) copyPadded(out, array, i * size, shape);
    return out;
  });
}

/** Copies rows of the last axis, each to where it stands in the larger array. */
function copyPadded(out: HostArray, array: HostArray, at: number, shape: readonly number[]): void {
  const row = array.rank === 0 ? 1 : array.shape.at(-1)!;
  const rows = row === 0 ? 0 : array.size / row;
  for (let i = 0; i < rows; i++) {
    let [rest, to, stride] = [i, 0, array.rank === 0 ? 1 : shape.at(-1)!];
    for (let axis = array.rank - 2; axis >= 0; axis--) {
      to += (rest % array.shape[axis]!) * stride;
      rest = Math.floor(rest / array.shape[axis]!);
      stride *= shape[axis]!;
    }
    copyInto(out, array, at + to, i * row, row);
  }
}

function filled(shape: readonly number[], dtype: HostDType, value: number | string | undefined): HostArray {
  const zeros = HostArray.zeros(shape, dtype);
  if (!value) return zeros;
  if (dtype === 'string') return new HostArray((zeros.data as string[]).fill(String(value)), shape);
  return zeros.map(() => value as number, dtype);
}

/** What a tree of options says about the leaf at a path such as `[0].x`. */
function valueAt(tree: unknown, path: string, isValue: (node: unknown) => boolean): unknown {
  let node = tree;
  for (const key of path.split(/[.[\]]+/).filter(Boolean)) {
    if (node === undefined || isValue(node)) return node;
    node = (node as Record<string, unknown>)[key];
  }
  return node;
}

const isShape = (node: unknown): boolean =>
  Array.isArray(node) && node.every((dim) => dim === null || typeof dim === 'number');
