import { type Shape, sizeOf } from '../../tensor/shape.ts';
import type { HostValue } from '../primitive.ts';
import { rowMajor } from '../strided.ts';
import { requireIndex } from './geometry.ts';

/** For each row of `indices` `[…rows, depth]` the number of the slice that it names in an array of `shape`. */
export function slicePlaces(who: string, { type, data }: HostValue, shape: Shape): number[] {
  const depth = type.shape.at(-1)!;
  const strides = rowMajor(shape.slice(0, depth));
  return Array.from({ length: sizeOf(type.shape.slice(0, -1)) }, (_, row) =>
    strides.reduce((place, stride, axis) => {
      const index = data[row * depth + axis]!;
      requireIndex(who, index, shape[axis]!);
      return place + index * stride;
    }, 0),
  );
}
