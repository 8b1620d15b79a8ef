import { broadcastShapes } from '@capas/core';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { Space, Values } from './space.ts';

/** How far apart neighbours on each axis stand in row-major order. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, stride = 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Fills `target`, of `shape`, in order: index `i` is read from `source[offset + Σ i[axis] · strides[axis]]`. */
export function copyStrided(
  source: Values,
  target: Values,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): void {
  if (target.length === 0) return;
  const inner = shape.at(-1) ?? 1;
  const step = strides.at(-1) ?? 1;
  const walk = new Walk(shape, [strides], [offset]);
  for (let to = 0; to < target.length; to += inner, walk.next()) {
    for (let i = 0, from = walk.at[0]!; i < inner; i++, from += step) target[to + i] = source[from]!;
  }
}

/** `combine(a, b)` for each pair of values, broadcast. */
export function combine(
  space: Space,
  a: TensorInfo,
  b: TensorInfo,
  dtype: DataType,
  pair: (a: number, b: number) => number,
): TensorInfo {
  const shape = broadcastShapes('broadcast', a.shape, b.shape) as number[];
  const out = space.output(shape, dtype);
  const target = space.array(out);
  if (target.length === 0) return out;
  const left = space.array(a);
  const right = space.array(b);
  const strides = [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)];
  const inner = shape.at(-1) ?? 1;
  const aStep = strides[0]!.at(-1) ?? 1;
  const bStep = strides[1]!.at(-1) ?? 1;
  const walk = new Walk(shape, strides, [0, 0]);
  for (let to = 0; to < target.length; to += inner, walk.next()) {
    const [aAt, bAt] = walk.at as [number, number];
    for (let i = 0; i < inner; i++) target[to + i] = pair(left[aAt + i * aStep]!, right[bAt + i * bStep]!);
  }
  return out;
}

/** The strides of `shape` seen as `wide`: 0 along the axes that broadcasting repeats. */
export function broadcastStrides(shape: readonly number[], wide: readonly number[]): number[] {
  const own = stridesOf(shape);
  const missing = wide.length - shape.length;
  return wide.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : own[axis - missing]!));
}

/** Walks the indices of all axes but the last in order and keeps, for several sets of strides, where each one is. */
class Walk {
  readonly at: number[];
  readonly #shape: readonly number[];
  readonly #strides: readonly (readonly number[])[];
  readonly #index: number[];

  constructor(shape: readonly number[], strides: readonly (readonly number[])[], start: readonly number[]) {
    this.#shape = shape;
    this.#strides = strides;
    this.at = [...start];
    this.#index = shape.map(() => 0);
  }

  next(): void {
    for (let axis = this.#shape.length - 2; axis >= 0; axis--) {
      const size = this.#shape[axis]!;
      const ends = ++this.#index[axis]! === size;
      for (let i = 0; i < this.at.length; i++) {
        const stride = this.#strides[i]![axis]!;
        this.at[i]! += ends ? stride * (1 - size) : stride;
      }
      if (!ends) return;
      this.#index[axis] = 0;
    }
  }
}
