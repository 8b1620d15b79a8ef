import { ShapeError, showShape } from '../errors.ts';

/** A shape whose dimensions are all known. */
export type Shape = readonly number[];

/** A shape in which `null` stands for a dimension known only when data comes, usually the batch. */
export type PartialShape = readonly (number | null)[];

/** The number of elements: the product of the dimensions, 1 for a scalar. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, dim) => product * dim, 1);

/** Whether two shapes are the same; a `null` equals only `null`. */
export const sameShape = (a: PartialShape, b: PartialShape): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

/** Maps an axis counted from the end (`-1`: the last) to one counted from the start. */
export function positiveAxis(who: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ShapeError(`${who}: axis ${axis} is out of range for rank ${rank}: expected ${-rank} … ${rank - 1}.`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** The shape of `a ∘ b` by NumPy's rules; `null` broadcasts to `null`. */
export function broadcastShapes(who: string, a: PartialShape, b: PartialShape): PartialShape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = i < rank - a.length ? 1 : a[i - (rank - a.length)]!;
    const right = i < rank - b.length ? 1 : b[i - (rank - b.length)]!;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    if (left === null || right === null) return left ?? right;
    throw new ShapeError(`${who}: shapes ${showShape(a)} and ${showShape(b)} cannot be broadcast together.`);
  });
}
