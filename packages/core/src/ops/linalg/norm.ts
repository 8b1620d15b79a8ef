import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError } from '../../errors.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TensorLike } from '../../tensor/to-tensor.ts';
import { axesOf, constant, floats } from '../support.ts';
import { thinSvd } from './decompose.ts';
import { matrices, times, turned, unstackTo } from './matrices.ts';

/** Options of {@link norm}. */
export interface NormOptions {
  /**
   * Of vectors: any number, or `Infinity`, `−Infinity`, 0 (counts what is not 0). Of matrices: `'fro'`, `'nuc'`, 1, −1, 2, −2,
   * `±Infinity`. @defaultValue the root of the sum of squares
   */
  readonly ord?: number | 'fro' | 'nuc' | 'inf' | null;
  /** One axis: vectors; two: matrices. @defaultValue all elements, or the matrix or vector that `x` is */
  readonly axis?: number | readonly number[] | null;
  readonly keepdims?: boolean;
}

/** A norm of vectors or matrices. */
export function norm(x: TensorLike, options: NormOptions = {}): Tensor {
  return scope(() => {
    const value = floats('norm', x);
    const ord = options.ord === 'inf' ? Number.POSITIVE_INFINITY : (options.ord ?? null);
    const { keepdims = false } = options;
    const given = options.axis !== undefined && options.axis !== null;
    const axes =
      given && typeof options.axis !== 'number' ? [...options.axis!] : axesOf('norm', options.axis, value.rank);
    const places = axes.map((axis) => (axis < 0 ? axis + value.rank : axis));
    if (ord === null || ord === 'fro' || (ord === 2 && places.length === 1)) {
      return tf.sqrt(tf.sum(tf.square(value), places, keepdims));
    }
    if (places.length === 1) return vectorNorm(value, ord, places[0]!, keepdims);
    if (places.length === 2) return matrixNorm(value, ord, places as [number, number], keepdims);
    throw new ArgumentError('ops.norm', 'axis', 'one or two axes for this `ord`', options.axis);
  });
}

/** The Moore–Penrose inverse; singular values below `rcond` times the largest count as 0. */
export function pinv(x: TensorLike, options: { readonly rcond?: number | null } = {}): Tensor {
  return scope(() => {
    const { value, batch } = matrices('pinv', x);
    return unstackTo(batch, pseudoInverse(value, options.rcond ?? undefined));
  });
}

/** The `x` that makes the sum of squares of `a x − b` smallest, and of several the shortest; `b` is `[m]` or `[m, k]`. */
export function lstsq(a: TensorLike, b: TensorLike, options: { readonly rcond?: number | null } = {}): Tensor {
  return scope(() => {
    const { value } = matrices('lstsq', a);
    const right = floats('lstsq', b);
    const columns = tf.reshape(right, [1, value.shape[1]!, right.rank === 1 ? 1 : right.shape[1]!]);
    const solved = times(pseudoInverse(value, options.rcond ?? undefined), columns);
    return tf.reshape(solved, right.rank === 1 ? [value.shape[2]!] : [value.shape[2]!, right.shape[1]!]);
  });
}

/** How many singular values exceed `tol`; int32. */
export function matrixRank(x: TensorLike, options: { readonly tol?: number | null } = {}): Tensor {
  return scope(() => {
    const { value, batch } = matrices('matrixRank', x);
    return constant(() => {
      const { s } = thinSvd(value);
      const relative = Math.max(value.shape[1]!, value.shape[2]!) * FLOAT_EPSILON;
      const least =
        options.tol === undefined || options.tol === null ? tf.mul(tf.max(s, 1, true), relative) : options.tol;
      return tf.reshape(tf.sum(tf.cast(tf.greater(s, least), 'int32'), 1), batch);
    });
  });
}

const FLOAT_EPSILON = 2 ** -23;

function pseudoInverse(value: Tensor, rcond?: number): Tensor {
  const { u, s, v } = thinSvd(value);
  const cutoff = rcond ?? 10 * Math.max(value.shape[1]!, value.shape[2]!) * FLOAT_EPSILON;
  const kept = constant(() => tf.greater(s, tf.mul(tf.max(s, 1, true), cutoff)));
  const inverses = tf.where(kept, tf.reciprocal(tf.where(kept, s, tf.onesLike(s))), tf.zerosLike(s));
  return times(tf.mul(v, tf.expandDims(inverses, 1)), turned(u));
}

function vectorNorm(x: Tensor, ord: number | 'nuc', axis: number, keepdims: boolean): Tensor {
  if (ord === 'nuc') throw new ArgumentError('ops.norm', 'ord', 'a number for vectors', ord);
  const size = tf.abs(x);
  if (ord === Number.POSITIVE_INFINITY) return tf.max(size, axis, keepdims);
  if (ord === Number.NEGATIVE_INFINITY) return tf.min(size, axis, keepdims);
  if (ord === 0) return constant(() => tf.sum(tf.cast(tf.notEqual(size, 0), 'float32'), axis, keepdims));
  if (ord === 1) return tf.sum(size, axis, keepdims);
  return tf.pow(tf.sum(tf.pow(size, ord), axis, keepdims), 1 / ord);
}

function matrixNorm(x: Tensor, ord: number | 'nuc', [rows, columns]: [number, number], keepdims: boolean): Tensor {
  if (ord === 2 || ord === -2 || ord === 'nuc') {
    const rest = x.shape.map((_, i) => i).filter((i) => i !== rows && i !== columns);
    const { value, batch } = matrices('norm', tf.transpose(x, [...rest, rows, columns]));
    const { s } = thinSvd(value);
    const result = ord === 'nuc' ? tf.sum(s, 1) : ord === 2 ? tf.max(s, 1) : tf.min(s, 1);
    const kept = x.shape.map((dim, i) => (i === rows || i === columns ? 1 : dim));
    return tf.reshape(result, keepdims ? kept : batch);
  }
  if (![1, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].includes(ord)) {
    throw new ArgumentError('ops.norm', 'ord', "'fro', 'nuc', ±1, ±2 or ±Infinity for matrices", ord);
  }
  const summed = Math.abs(ord) === 1 ? rows : columns;
  const other = summed === rows ? columns : rows;
  const sums = tf.sum(tf.abs(x), summed, true);
  const reduced = ord > 0 ? tf.max(sums, other, true) : tf.min(sums, other, true);
  return keepdims ? reduced : tf.squeeze(reduced, [rows, columns]);
}
