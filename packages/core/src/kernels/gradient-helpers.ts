import {
  cast,
  engine,
  fill,
  greaterEqual,
  lessEqual,
  logicalAnd,
  type NamedAttrMap,
  type NamedTensorMap,
  reshape,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { positiveAxis, type Shape } from '../tensor/shape.ts';
import type { Attributes } from './spec.ts';

/** Calls a kernel that tfjs-core has no op for, or with attributes that its op refuses. The tape records it. */
export function runKernel(name: string, inputs: NamedTensorMap, attrs: Attributes = {}): Tensor {
  // a kernel with one output returns a tensor; attributes are tfjs's own, handed on
  return engine().runKernel<Tensor>(name, inputs, attrs as NamedAttrMap);
}

/** Zeros that the backend makes itself: `tf.zeros` uploads an array from the host. */
export const zerosOf = (shape: Shape): Tensor => fill([...shape], 0);

/** Sums a gradient over the axes that broadcasting added or stretched, so that it has the shape of the input again. */
export function reduceToShape(gradient: Tensor, shape: Shape): Tensor {
  const extra = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((dim, axis) =>
    axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : [],
  );
  const reduced = axes.length ? sum(gradient, axes) : gradient;
  // also where the shape is right: two inputs must not get the same tensor, the tape disposes of them one by one
  return reshape(reduced, [...shape]);
}

/** The axes that a reduction's `axis` attribute names: all where it is absent. */
export function axesOf(who: string, axis: unknown, rank: number): number[] {
  if (axis === undefined || axis === null) return Array.from({ length: rank }, (_, i) => i);
  return [axis as number | number[]].flat().map((a) => positiveAxis(who, a, rank));
}

/** `shape` with 1 in the place of each of `axes`. */
export const withOnes = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));

/** The product of the dimensions from `from` to `to` (excluded). */
export const sizeBetween = (shape: Shape, from: number, to: number): number =>
  shape.slice(from, to).reduce((product, dim) => product * dim, 1);

/** `value` for each of `count` spatial dimensions, as windows and strides are given: `2` or `[2, 2]`. */
export const perDimension = (value: unknown, count: number): number[] =>
  Array.isArray(value) ? (value as number[]) : new Array<number>(count).fill((value as number | undefined) ?? 1);

/** 1 where a coordinate lies in `0 … length - 1`, 0 elsewhere. */
export const inside = (at: Tensor, length: number): Tensor =>
  cast(logicalAnd(greaterEqual(at, 0), lessEqual(at, length - 1)), 'float32');
