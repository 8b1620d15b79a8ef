import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, showShape } from '../../errors.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TensorLike } from '../../tensor/to-tensor.ts';
import { floats } from '../support.ts';

/** A stack of matrices `[batch, m, n]` and the leading axes that were joined into `batch`. */
export interface Stack {
  readonly value: Tensor;
  readonly batch: number[];
}

/** The argument as a stack of matrices. */
export function matrices(who: string, x: TensorLike): Stack {
  const value = floats(who, x);
  if (value.rank < 2)
    throw new ShapeError(`ops.${who}: expected matrices […, m, n]. Received: ${showShape(value.shape)}.`);
  const batch = value.shape.slice(0, -2);
  return { value: tf.reshape(value, [sizeOf(batch), ...value.shape.slice(-2)]), batch };
}

/** The argument as a stack of square matrices. */
export function squares(who: string, x: TensorLike): Stack {
  const stack = matrices(who, x);
  if (stack.value.shape[1] !== stack.value.shape[2]) {
    throw new ShapeError(`ops.${who}: expected square matrices. Received: ${showShape(floats(who, x).shape)}.`);
  }
  return stack;
}

/** Gives a stack its leading axes back. */
export const unstackTo = (batch: readonly number[], x: Tensor): Tensor =>
  tf.reshape(x, [...batch, ...x.shape.slice(1)]);

/** The product of stacks of matrices; `tA`, `tB` transpose. */
export const times = (a: Tensor, b: Tensor, tA = false, tB = false): Tensor => tf.matMul(a, b, tA, tB);

/** Stacks of matrices transposed. */
export const turned = (a: Tensor): Tensor => tf.transpose(a, [0, 2, 1]);

/** Column `k` of each matrix: `[batch, m, 1]`. */
export const column = (a: Tensor, k: number): Tensor => tf.slice(a, [0, 0, k], [-1, -1, 1]);

/** Row `k` of each matrix: `[batch, 1, n]`. */
export const row = (a: Tensor, k: number): Tensor => tf.slice(a, [0, k, 0], [-1, 1, -1]);

/** Element (`i`, `k`) of each matrix: `[batch, 1, 1]`. */
export const element = (a: Tensor, i: number, k: number): Tensor => tf.slice(a, [0, i, k], [-1, 1, 1]);

/** Unit vector `k` as a column: `[1, n, 1]`. */
export const unit = (n: number, k: number): Tensor => vector(n, (i) => (i === k ? 1 : 0));

/** A column of numbers that depend on the place only: `[1, n, 1]`. */
export const vector = (n: number, value: (i: number) => number): Tensor =>
  tf.tensor3d(
    Array.from({ length: n }, (_, i) => value(i)),
    [1, n, 1],
  );

/** A matrix of numbers that depend on the place only: `[1, m, n]`. */
export const mask = (m: number, n: number, value: (i: number, j: number) => number): Tensor =>
  tf.tensor3d(
    Array.from({ length: m * n }, (_, k) => value(Math.floor(k / n), k % n)),
    [1, m, n],
  );

/** The diagonals of square matrices: `[batch, n]`. */
export const diagonals = (a: Tensor): Tensor =>
  tf.sum(
    tf.mul(
      a,
      mask(a.shape[1]!, a.shape[2]!, (i, j) => (i === j ? 1 : 0)),
    ),
    2,
  );
