import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { axisOf, tensor } from './support.ts';

/** Options of {@link diagonal}. */
export interface DiagonalOptions {
  /** Which diagonal: above the main one if positive. @defaultValue `0` */
  readonly offset?: number;
  /** The axis of the rows. @defaultValue `0` */
  readonly axis1?: number;
  /** The axis of the columns. @defaultValue `1` */
  readonly axis2?: number;
}

/** The elements of a diagonal of the matrices of two axes; they become the last axis. */
export function diagonal(x: TensorLike, options: DiagonalOptions = {}): Tensor {
  const { offset = 0, axis1 = 0, axis2 = 1 } = options;
  return scope(() => {
    const value = tensor('diagonal', x);
    const [a, b] = [axisOf('diagonal', axis1, value.rank), axisOf('diagonal', axis2, value.rank)];
    const rest = value.shape.map((_, i) => i).filter((i) => i !== a && i !== b);
    const [rows, columns] = [value.shape[a]!, value.shape[b]!];
    const [row, column] = [Math.max(0, -offset), Math.max(0, offset)];
    const count = Math.max(0, Math.min(rows - row, columns - column));
    const flat = tf.reshape(tf.transpose(value, [...rest, a, b]), [
      ...rest.map((i) => value.shape[i]!),
      rows * columns,
    ]);
    const indices = Array.from({ length: count }, (_, i) => (row + i) * columns + column + i);
    return tf.gather(flat, tf.tensor1d(indices, 'int32'), rest.length);
  });
}

/** The sum of a diagonal of the matrices of two axes. */
export function trace(x: TensorLike, options: DiagonalOptions = {}): Tensor {
  return scope(() => tf.sum(diagonal(x, options), -1));
}

/** A square matrix with the vector `x` on diagonal `k`, or, of a matrix, that diagonal. */
export function diag(x: TensorLike, options: { readonly k?: number } = {}): Tensor {
  const { k = 0 } = options;
  return scope(() => {
    const value = tensor('diag', x);
    if (value.rank === 2) return diagonal(value, { offset: k });
    if (value.rank !== 1) {
      throw new ShapeError(`ops.diag: expected a vector or a matrix. Received: ${showShape(value.shape)}.`);
    }
    return onDiagonal(value, k);
  });
}

/** A square matrix with the flattened `x` on diagonal `k`. */
export function diagflat(x: TensorLike, options: { readonly k?: number } = {}): Tensor {
  return scope(() => {
    const value = tensor('diagflat', x);
    return onDiagonal(tf.reshape(value, [value.size]), options.k ?? 0);
  });
}

function onDiagonal(values: Tensor, k: number): Tensor {
  const n = values.size;
  const size = n + Math.abs(k);
  // each value followed by `size` zeros, cut into rows: the values step to the right
  const spaced = tf.reshape(
    tf.pad(tf.reshape(values, [n, 1]), [
      [0, 0],
      [0, size],
    ]),
    [n * (size + 1)],
  );
  const before = k >= 0 ? k : -k * size;
  const padded = tf.pad(spaced, [[before, Math.max(0, size * size - before - n * (size + 1))]]);
  return tf.reshape(tf.slice(padded, [0], [size * size]), [size, size]);
}
