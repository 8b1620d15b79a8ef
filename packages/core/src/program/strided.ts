import { type Shape, sizeOf } from '../tensor/shape.ts';
import { allocate, type Elements, type HostValue } from './primitive.ts';
import type { ValueType } from './program.ts';

/** Where elements lie: the first at `offset`, the next along axis `i` at `strides[i]` from it. */
export interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** The strides of a row-major array. */
export function rowMajor(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Calls `visit` with the position of every row along the last axis, in two layouts of one shape. */
export function eachRow(
  shape: Shape,
  a: Layout,
  b: Layout,
  visit: (length: number, a: number, aStep: number, b: number, bStep: number) => void,
): void {
  if (sizeOf(shape) === 0) return;
  const last = shape.length - 1;
  const walk = (axis: number, from: number, to: number): void => {
    if (axis >= last) {
      visit(shape[axis] ?? 1, from, a.strides[axis] ?? 0, to, b.strides[axis] ?? 0);
      return;
    }
    for (let i = 0; i < shape[axis]!; i++) walk(axis + 1, from + i * a.strides[axis]!, to + i * b.strides[axis]!);
  };
  walk(0, a.offset, b.offset);
}

/** Copies the elements of a shape from one layout to another. */
export function copyElements(shape: Shape, source: Elements, from: Layout, target: Elements, to: Layout): void {
  eachRow(shape, from, to, (length, a, aStep, b, bStep) => {
    for (let i = 0; i < length; i++) target[b + i * bStep] = source[a + i * aStep]!;
  });
}

/** The elements that lie in `source` as `from` says, for a value of a type, in row-major order. */
export function viewElements(type: ValueType, source: Elements, from: Layout): Elements {
  const target = allocate(type);
  copyElements(type.shape, source, from, target, { offset: 0, strides: rowMajor(type.shape) });
  return target;
}

/** The strides that read a value of one shape as a value of another by NumPy's broadcasting. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = rowMajor(from);
  const missing = to.length - from.length;
  return to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : strides[axis - missing]!));
}

/** The elements of `x`, with the axes in another order. */
export function transposed({ type, data }: HostValue, perm: readonly number[]): Elements {
  const strides = rowMajor(type.shape);
  const shape = perm.map((axis) => type.shape[axis]!);
  return viewElements({ ...type, shape }, data, { offset: 0, strides: perm.map((axis) => strides[axis]!) });
}

/** `x` as rows: all elements along `axes` behind each other, one row after the other for the axes that are left. */
export function rowsAlong(x: HostValue, axes: readonly number[]): { data: Elements; length: number; perm: number[] } {
  const all = x.type.shape.map((_, axis) => axis);
  const kept = all.filter((axis) => !axes.includes(axis));
  const inner = all.filter((axis) => axes.includes(axis));
  const perm = [...kept, ...inner];
  const length = sizeOf(inner.map((axis) => x.type.shape[axis]!));
  return { data: perm.every((axis, i) => axis === i) ? x.data : transposed(x, perm), length, perm };
}
