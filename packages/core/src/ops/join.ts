import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { axisOf, operands, tensor } from './support.ts';

/** Joins tensors along an existing axis. */
export function concatenate(xs: readonly TensorLike[], options: { readonly axis?: number } = {}): Tensor {
  return scope(() => {
    const parts = list('concatenate', xs);
    const axis = axisOf('concatenate', options.axis ?? 0, parts[0]!.rank);
    return tf.concat(parts, axis);
  });
}

/** Joins tensors of one shape along a new axis. */
export function stack(x: readonly TensorLike[], options: { readonly axis?: number } = {}): Tensor {
  return scope(() => {
    const parts = list('stack', x);
    return tf.stack(parts, axisOf('stack', options.axis ?? 0, parts[0]!.rank + 1));
  });
}

/** The slices of a tensor along `axis`, without that axis. */
export function unstack(x: TensorLike, options: { readonly num?: number; readonly axis?: number } = {}): Tensor[] {
  return scope(() => {
    const value = tensor('unstack', x);
    const axis = axisOf('unstack', options.axis ?? 0, value.rank);
    if (options.num !== undefined && options.num !== value.shape[axis]) {
      throw new ArgumentError('ops.unstack', 'num', `the length of axis ${axis}, ${value.shape[axis]}`, options.num);
    }
    return tf.unstack(value, axis);
  });
}

/** Joins along axis 1 (axis 0 for vectors). */
export function hstack(xs: readonly TensorLike[]): Tensor {
  return scope(() => {
    const parts = list('hstack', xs).map((part) => atLeast(part, 1));
    return tf.concat(parts, parts[0]!.rank === 1 ? 0 : 1);
  });
}

/** Joins along axis 0; vectors count as rows. */
export function vstack(xs: readonly TensorLike[]): Tensor {
  return scope(() =>
    tf.concat(
      list('vstack', xs).map((part) => (part.rank < 2 ? tf.reshape(part, [1, -1]) : part)),
      0,
    ),
  );
}

/** Joins along axis 2; a matrix `[m, n]` counts as `[m, n, 1]`, a vector as `[1, n, 1]`. */
export function dstack(xs: readonly TensorLike[]): Tensor {
  return scope(() =>
    tf.concat(
      list('dstack', xs).map((part) =>
        part.rank < 2 ? tf.reshape(part, [1, -1, 1]) : part.rank === 2 ? tf.expandDims(part, 2) : part,
      ),
      2,
    ),
  );
}

/** `x2` behind `x1` along `axis`; flattened by default. */
export function append(x1: TensorLike, x2: TensorLike, options: { readonly axis?: number | null } = {}): Tensor {
  return scope(() => {
    const [a, b] = operands('append', x1, x2);
    const { axis } = options;
    if (axis !== undefined && axis !== null) return tf.concat([a, b], axisOf('append', axis, a.rank));
    return tf.concat([tf.reshape(a, [a.size]), tf.reshape(b, [b.size])], 0);
  });
}

/** Cuts a tensor along `axis` into that many equal parts, or before each of the indices. */
export function split(
  x: TensorLike,
  indicesOrSections: number | readonly number[],
  options: { readonly axis?: number } = {},
): Tensor[] {
  return scope(() => {
    const value = tensor('split', x);
    const axis = axisOf('split', options.axis ?? 0, value.rank);
    const length = value.shape[axis]!;
    if (typeof indicesOrSections === 'number' && length % indicesOrSections !== 0) {
      throw new ArgumentError('ops.split', 'indicesOrSections', `a divisor of ${length}`, indicesOrSections);
    }
    return cut(value, axis, indicesOrSections);
  });
}

/** Cuts a tensor along `axis` into parts whose lengths differ by at most 1. */
export function arraySplit(
  x: TensorLike,
  indicesOrSections: number | readonly number[],
  options: { readonly axis?: number } = {},
): Tensor[] {
  return scope(() => {
    const value = tensor('arraySplit', x);
    return cut(value, axisOf('arraySplit', options.axis ?? 0, value.rank), indicesOrSections);
  });
}

/** {@link split} along axis 1 (axis 0 of a vector). */
export function hsplit(x: TensorLike, indicesOrSections: number | readonly number[]): Tensor[] {
  return scope(() => {
    const value = tensor('hsplit', x);
    return split(value, indicesOrSections, { axis: value.rank === 1 ? 0 : 1 });
  });
}

/** {@link split} along axis 0. */
export function vsplit(x: TensorLike, indicesOrSections: number | readonly number[]): Tensor[] {
  return split(x, indicesOrSections, { axis: 0 });
}

/** {@link split} along axis 2. */
export function dsplit(x: TensorLike, indicesOrSections: number | readonly number[]): Tensor[] {
  return split(x, indicesOrSections, { axis: 2 });
}

/** Coordinate tensors of the grid over some vectors; `indexing: 'xy'` (default) exchanges the first two axes. */
export function meshgrid(x: readonly TensorLike[], options: { readonly indexing?: 'xy' | 'ij' } = {}): Tensor[] {
  return scope(() => {
    const vectors = x.map((v) => {
      const value = tensor('meshgrid', v);
      return tf.reshape(value, [value.size]);
    });
    const swap = (options.indexing ?? 'xy') === 'xy' && vectors.length > 1;
    const place = vectors.map((_, i) => (swap && i < 2 ? 1 - i : i));
    const shape = vectors.map((_, axis) => vectors[place[axis]!]!.size);
    return vectors.map((vector, i) => {
      const dims = new Array<number>(vectors.length).fill(1);
      dims[place[i]!] = vector.size;
      return tf.broadcastTo(tf.reshape(vector, dims), shape);
    });
  });
}

/** How {@link pad} fills the added places. */
export interface PadOptions {
  /** A constant, or the values mirrored at the edge: without (`'reflect'`) or with (`'symmetric'`) the edge itself. */
  readonly mode?: 'constant' | 'reflect' | 'symmetric';
  /** The constant. @defaultValue `0` */
  readonly constantValues?: number | null;
}

/** Adds elements before and after along each axis: `padWidth` is `[[before, after], …]`, one pair, or a number for all. */
export function pad(
  x: TensorLike,
  padWidth: number | readonly [number, number] | readonly (readonly [number, number])[],
  options: PadOptions = {},
): Tensor {
  return scope(() => {
    const value = tensor('pad', x);
    const widths = padWidths(padWidth, value.rank);
    const { mode = 'constant' } = options;
    if (mode === 'constant') return tf.pad(value, widths, options.constantValues ?? 0);
    return widths.reduce<Tensor>((padded, width, axis) => mirror(padded, width, axis, mode), value.clone());
  });
}

function padWidths(padWidth: Parameters<typeof pad>[1], rank: number): [number, number][] {
  if (typeof padWidth === 'number') return new Array<[number, number]>(rank).fill([padWidth, padWidth]);
  const one = typeof padWidth[0] === 'number';
  const pairs = (one ? [padWidth] : padWidth) as readonly (readonly [number, number])[];
  const all = pairs.length === 1 ? new Array<readonly [number, number]>(rank).fill(pairs[0]!) : pairs;
  if (all.length !== rank) throw new ArgumentError('ops.pad', 'padWidth', `a pair for each of ${rank} axes`, padWidth);
  return all.map(([before, after]) => [before, after]);
}

function mirror(x: Tensor, [before, after]: [number, number], axis: number, mode: 'reflect' | 'symmetric'): Tensor {
  if (before === 0 && after === 0) return x;
  const n = x.shape[axis]!;
  const edge = mode === 'symmetric' ? 0 : 1;
  if (Math.max(before, after) > n - edge) {
    throw new ArgumentError('ops.pad', 'padWidth', `at most ${n - edge} on axis ${axis} for mode '${mode}'`, [
      before,
      after,
    ]);
  }
  const indices: number[] = [];
  for (let i = before - 1; i >= 0; i--) indices.push(i + edge);
  for (let i = 0; i < n; i++) indices.push(i);
  for (let i = 0; i < after; i++) indices.push(n - 1 - edge - i);
  return tf.gather(x, tf.tensor1d(indices, 'int32'), axis);
}

function cut(value: Tensor, axis: number, at: number | readonly number[]): Tensor[] {
  const length = value.shape[axis]!;
  const bounds =
    typeof at === 'number'
      ? // the first parts are one longer, as in NumPy
        Array.from({ length: at + 1 }, (_, i) => i * Math.floor(length / at) + Math.min(i, length % at))
      : [0, ...at.map((i) => Math.min(length, Math.max(0, i < 0 ? i + length : i))), length];
  return bounds.slice(1).map((stop, i) => {
    const begin = value.shape.map(() => 0);
    const size = [...value.shape];
    begin[axis] = bounds[i]!;
    size[axis] = Math.max(0, stop - bounds[i]!);
    return tf.slice(value, begin, size);
  });
}

function list(who: string, xs: readonly TensorLike[]): Tensor[] {
  if (!Array.isArray(xs) || xs.length === 0) throw new ArgumentError(`ops.${who}`, 'xs', 'a list of tensors', xs);
  const parts = xs.map((x) => tensor(who, x));
  const dtype = parts.find((part) => part.dtype === 'float32') ? 'float32' : parts[0]!.dtype;
  const mixed = parts.some((part) => part.dtype !== parts[0]!.dtype);
  return mixed ? parts.map((part) => tf.cast(part, dtype === 'bool' ? 'int32' : dtype)) : parts;
}

const atLeast = (x: Tensor, rank: number): Tensor => (x.rank < rank ? tf.reshape(x, [x.size]) : x);
