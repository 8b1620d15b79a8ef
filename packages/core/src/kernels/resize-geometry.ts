import { add, mul, reshape, type Tensor, tensor, transpose, unsortedSegmentSum } from '@tensorflow/tfjs-core';
import { type Shape, sizeOf } from '../tensor/shape.ts';
import { sizeBetween } from './gradient-helpers.ts';
import type { Attributes, TensorSpec } from './spec.ts';

/** For each output position of an axis, the two inputs between which it lies, and the share of the second. */
export interface Taps {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly share: readonly number[];
}

/** The shape of resized images. */
export const resized = (images: Shape, { size }: Attributes): TensorSpec['shape'] => [
  images[0]!,
  ...(size as number[]),
  images[3]!,
];

/** Where bilinear interpolation reads, by tfjs's and TensorFlow's rules. */
export function bilinearTaps(from: number, to: number, attrs: Attributes): Taps {
  const at = positions(from, to, attrs, attrs.halfPixelCenters ? -0.5 : 0);
  const low = at.map((x) => Math.max(0, Math.floor(x)));
  return {
    low,
    high: at.map((x) => Math.max(0, Math.min(from - 1, Math.ceil(x)))),
    share: at.map((x, i) => x - low[i]!),
  };
}

/** Where nearest neighbour interpolation reads, by tfjs's and TensorFlow's rules. */
export function nearestTaps(from: number, to: number, attrs: Attributes): number[] {
  const nearest = attrs.alignCorners ? Math.round : Math.floor;
  return positions(from, to, attrs, 0).map((x) => Math.min(from - 1, nearest(x)));
}

function positions(from: number, to: number, { alignCorners, halfPixelCenters }: Attributes, shift: number): number[] {
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return Array.from({ length: to }, (_, i) => scale * (halfPixelCenters ? i + 0.5 : i) + shift);
}

/** Adds the elements along an axis, times `weights`, to the places `indices` of an axis of `length`. */
export function scatterAxis(
  x: Tensor,
  axis: number,
  indices: readonly number[],
  length: number,
  weights?: readonly number[],
): Tensor {
  const [outer, count, inner] = [sizeBetween(x.shape, 0, axis), x.shape[axis]!, sizeBetween(x.shape, axis + 1, x.rank)];
  const rows = transpose(reshape(x, [outer, count, inner]), [1, 0, 2]);
  const weighted = weights ? mul(rows, tensor([...weights], [count, 1, 1])) : rows;
  const sums = unsortedSegmentSum(weighted, tensor([...indices], [count], 'int32'), length);
  return reshape(transpose(sums, [1, 0, 2]), x.shape.with(axis, length));
}

/** The gradient along one axis of bilinear interpolation. */
export function spreadTaps(x: Tensor, axis: number, { low, high, share }: Taps, length: number): Tensor {
  const rest = share.map((part) => 1 - part);
  return add(scatterAxis(x, axis, low, length, rest), scatterAxis(x, axis, high, length, share));
}

export const isMultiple = (shape: Shape, from: Shape): boolean =>
  shape.every((dim, i) => dim % from[i]! === 0) && sizeOf(from) > 0;
