import { fillUniform } from '../../random/philox.ts';
import { broadcastShapes, type Shape, sizeOf } from '../../tensor/shape.ts';

/** A tensor as a case states it: plain numbers in row-major order, bool as 0 and 1. */
export interface HostTensor {
  readonly shape: Shape;
  readonly dtype: HostTensorType;
  readonly values: readonly number[];
}

/** The dtypes that every backend computes with. */
export type HostTensorType = 'float32' | 'int32' | 'bool';

export const floats = (shape: Shape, values: readonly number[]): HostTensor => ({
  shape,
  dtype: 'float32',
  values: values.map(Math.fround),
});

export const ints = (shape: Shape, values: readonly number[]): HostTensor => ({ shape, dtype: 'int32', values });

export const bools = (shape: Shape, values: readonly number[]): HostTensor => ({ shape, dtype: 'bool', values });

/** Random float32 numbers in `[low, high)`, the same for the same seed. */
export function randomFloats(shape: Shape, seed: number, low = -2, high = 2): HostTensor {
  const values = new Float32Array(sizeOf(shape));
  fillUniform(values, seed, 0);
  return floats(
    shape,
    Array.from(values, (value) => low + (high - low) * value),
  );
}

/** Random integers in `[low, high)`. */
export const randomInts = (shape: Shape, seed: number, low: number, high: number): HostTensor =>
  ints(shape, randomFloats(shape, seed, low, high).values.map(Math.floor));

/** Random zeros and ones. */
export const randomBools = (shape: Shape, seed: number): HostTensor =>
  bools(
    shape,
    randomFloats(shape, seed, 0, 1).values.map((value) => Number(value < 0.5)),
  );

/** Every index of a shape, in row-major order. */
export function* indices(shape: Shape): Generator<number[]> {
  const index = shape.map(() => 0);
  for (let left = sizeOf(shape); left > 0; left--) {
    yield [...index];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}

/** Where an index stands in row-major order. */
export const offsetOf = (shape: Shape, index: readonly number[]): number =>
  shape.reduce((offset, size, axis) => offset * size + index[axis]!, 0);

/** The value at an index; axes of size 1 may be indexed beyond, as in broadcasting; missing leading axes are dropped. */
export const at = (x: HostTensor, index: readonly number[]): number => {
  const own = index.slice(index.length - x.shape.length).map((i, axis) => (x.shape[axis] === 1 ? 0 : i));
  return x.values[offsetOf(x.shape, own)]!;
};

/** Whether an index lies within a shape. */
export const isWithin = (shape: Shape, index: readonly number[]): boolean =>
  index.every((i, axis) => i >= 0 && i < shape[axis]!);

/** A tensor from the value at each index. */
export const build = (
  shape: Shape,
  value: (index: number[]) => number,
  dtype: HostTensorType = 'float32',
): HostTensor => ({ shape, dtype, values: Array.from(indices(shape), value) });

/** Applies a function to each value. */
export const map = (x: HostTensor, value: (x: number) => number, dtype: HostTensorType = x.dtype): HostTensor => ({
  shape: x.shape,
  dtype,
  values: x.values.map(value),
});

/** Applies a function to each pair of values, broadcast. */
export const zip = (
  a: HostTensor,
  b: HostTensor,
  value: (a: number, b: number) => number,
  dtype: HostTensorType = a.dtype,
): HostTensor =>
  build(broadcastShapes('zip', a.shape, b.shape) as Shape, (index) => value(at(a, index), at(b, index)), dtype);

/** Applies a function to all values along some axes, in row-major order. */
export function reduce(
  x: HostTensor,
  axes: readonly number[],
  keepDims: boolean,
  value: (values: readonly number[]) => number,
  dtype: HostTensorType = x.dtype,
): HostTensor {
  const isReduced = x.shape.map((_, axis) => axes.includes(axis) || axes.includes(axis - x.shape.length));
  const kept = x.shape.map((size, axis) => (isReduced[axis] ? 1 : size));
  const reducedShape = x.shape.map((size, axis) => (isReduced[axis] ? size : 1));
  const result = build(
    kept,
    (index) =>
      value(
        Array.from(indices(reducedShape), (inner) =>
          at(
            x,
            inner.map((i, axis) => i + index[axis]!),
          ),
        ),
      ),
    dtype,
  );
  return keepDims ? result : { ...result, shape: kept.filter((_, axis) => !isReduced[axis]) };
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
