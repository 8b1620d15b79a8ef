import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import { broadcastShapes, sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { axisOf, operands } from './support.ts';

/** The matrix product over the last two axes, the others broadcast. A vector counts as a row (left) or column (right). */
export function matmul(x1: TensorLike, x2: TensorLike): Tensor {
  return onFactors('matmul', x1, x2, (a, b) => {
    if (a.rank === 0 || b.rank === 0) throw new ShapeError('ops.matmul: a scalar has no matrix product; use multiply.');
    const left = a.rank === 1 ? tf.expandDims(a, 0) : a;
    const right = b.rank === 1 ? tf.expandDims(b, 1) : b;
    if (left.shape.at(-1) !== right.shape.at(-2)) {
      throw new ShapeError(
        `ops.matmul: the last axis of ${showShape(a.shape)} (${left.shape.at(-1)}) must be as long as the one before the last of ${showShape(b.shape)} (${right.shape.at(-2)}).`,
      );
    }
    const product = multiplyMatrices(left, right);
    const shape = [...product.shape];
    if (b.rank === 1) shape.pop();
    if (a.rank === 1) shape.splice(b.rank === 1 ? -1 : -2, 1);
    return a.rank === 1 || b.rank === 1 ? tf.reshape(product, shape) : product;
  });
}

/** The sum of products over the last axis of `x1` and the one before the last of `x2`; scalars multiply. */
export function dot(x1: TensorLike, x2: TensorLike): Tensor {
  return onFactors('dot', x1, x2, (a, b) => {
    if (a.rank === 0 || b.rank === 0) return tf.mul(a, b);
    return contract('dot', a, b, [a.rank - 1], [Math.max(0, b.rank - 2)]);
  });
}

/** The sum of products over axes: the last `n` of `x1` with the first `n` of `x2`, or the axes named by two lists. */
export function tensordot(
  x1: TensorLike,
  x2: TensorLike,
  options: { readonly axes?: number | readonly [number | readonly number[], number | readonly number[]] } = {},
): Tensor {
  return onFactors('tensordot', x1, x2, (a, b) => {
    const axes = options.axes ?? 2;
    if (typeof axes === 'number') {
      const count = Array.from({ length: axes }, (_, i) => i);
      return contract(
        'tensordot',
        a,
        b,
        count.map((i) => a.rank - axes + i),
        count,
      );
    }
    const list = (named: number | readonly number[], rank: number) =>
      (typeof named === 'number' ? [named] : named).map((axis) => axisOf('tensordot', axis, rank));
    return contract('tensordot', a, b, list(axes[0], a.rank), list(axes[1], b.rank));
  });
}

/** The sum of products over the last axes of both. */
export function inner(x1: TensorLike, x2: TensorLike): Tensor {
  return onFactors('inner', x1, x2, (a, b) => {
    if (a.rank === 0 || b.rank === 0) return tf.mul(a, b);
    return contract('inner', a, b, [a.rank - 1], [b.rank - 1]);
  });
}

/** All products of the elements of two flattened tensors: `[m, n]`. */
export function outer(x1: TensorLike, x2: TensorLike): Tensor {
  return onFactors('outer', x1, x2, (a, b) => {
    return tf.mul(tf.reshape(a, [a.size, 1]), tf.reshape(b, [1, b.size]));
  });
}

/** The sum of products of two flattened tensors; a scalar. */
export function vdot(x1: TensorLike, x2: TensorLike): Tensor {
  return onFactors('vdot', x1, x2, (a, b) => {
    return tf.sum(tf.mul(tf.reshape(a, [a.size]), tf.reshape(b, [b.size])));
  });
}

/** The Kronecker product: each element of `x1` times the whole of `x2`, in blocks. */
export function kron(x1: TensorLike, x2: TensorLike): Tensor {
  return onFactors('kron', x1, x2, (a, b) => {
    const rank = Math.max(a.rank, b.rank);
    const full = (x: Tensor) => [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
    const [left, right] = [full(a), full(b)];
    const blocks = tf.mul(
      tf.reshape(
        a,
        left.flatMap((dim) => [dim, 1]),
      ),
      tf.reshape(
        b,
        right.flatMap((dim) => [1, dim]),
      ),
    );
    return tf.reshape(
      blocks,
      left.map((dim, axis) => dim * right[axis]!),
    );
  });
}

/** Which axes of {@link cross} hold the vectors. */
export interface CrossOptions {
  /** @defaultValue `-1` */
  readonly axisa?: number;
  /** @defaultValue `-1` */
  readonly axisb?: number;
  /** @defaultValue `-1` */
  readonly axisc?: number;
  /** Instead of the three others. */
  readonly axis?: number | null;
}

/** The cross product of vectors of 3 or 2 components (of two of 2: the third component of the result, a scalar each). */
export function cross(x1: TensorLike, x2: TensorLike, options: CrossOptions = {}): Tensor {
  const { axisa = -1, axisb = -1, axisc = -1, axis } = options;
  return onFactors('cross', x1, x2, (a, b) => {
    const u = components(a, axis ?? axisa);
    const v = components(b, axis ?? axisb);
    const third = difference(product(u[0], v[1]), product(u[1], v[0]))!;
    if (!u[2] && !v[2]) return third;
    const shape = third.shape;
    const parts = [
      difference(product(u[1], v[2]), product(u[2], v[1])),
      difference(product(u[2], v[0]), product(u[0], v[2])),
      third,
    ].map((part) => part ?? tf.zeros(shape, a.dtype));
    return tf.stack(parts, axisOf('cross', axis ?? axisc, third.rank + 1));
  });
}

/** The matrix product of tensors of rank ≥ 2 whose batch axes broadcast. */
export function multiplyMatrices(a: Tensor, b: Tensor): Tensor {
  // one large product instead of many small ones where the right operand has no batch of its own
  if (b.rank === 2 && a.rank > 2) {
    const rows = sizeOf(a.shape.slice(0, -1));
    const flat = tf.matMul(tf.reshape(a, [rows, a.shape.at(-1)!]), b);
    return tf.reshape(flat, [...a.shape.slice(0, -1), b.shape[1]!]);
  }
  const batch = broadcastShapes('ops.matmul', a.shape.slice(0, -2), b.shape.slice(0, -2)) as number[];
  return tf.matMul(alignRank(a, batch.length + 2), alignRank(b, batch.length + 2));
}

/** The sum of products of `a` and `b` over pairs of axes; the axes that are left follow in their order. */
function contract(who: string, a: Tensor, b: Tensor, axesA: number[], axesB: number[]): Tensor {
  if (axesA.length !== axesB.length || axesA.some((axis, i) => a.shape[axis] !== b.shape[axesB[i]!])) {
    throw new ShapeError(
      `ops.${who}: axes [${axesA}] of ${showShape(a.shape)} and [${axesB}] of ${showShape(b.shape)} differ in length.`,
    );
  }
  const keepA = a.shape.map((_, i) => i).filter((i) => !axesA.includes(i));
  const keepB = b.shape.map((_, i) => i).filter((i) => !axesB.includes(i));
  const dims = (x: Tensor, axes: number[]) => axes.map((axis) => x.shape[axis]!);
  const common = sizeOf(dims(a, axesA));
  const left = tf.reshape(tf.transpose(a, [...keepA, ...axesA]), [sizeOf(dims(a, keepA)), common]);
  const right = tf.reshape(tf.transpose(b, [...axesB, ...keepB]), [common, sizeOf(dims(b, keepB))]);
  return tf.reshape(tf.matMul(left, right), [...dims(a, keepA), ...dims(b, keepB)]);
}

/** Runs `fn` on float32, for which tfjs's matrix product is made; the product of integers is made int32 again. */
function onFactors(who: string, x1: TensorLike, x2: TensorLike, fn: (a: Tensor, b: Tensor) => Tensor): Tensor {
  return scope(() => {
    const [a, b] = operands(who, x1, x2);
    if (a.dtype === 'float32') return fn(a, b);
    return tf.cast(fn(tf.cast(a, 'float32'), tf.cast(b, 'float32')), 'int32');
  });
}

function components(x: Tensor, axis: number): [Tensor, Tensor, Tensor | undefined] {
  const along = axisOf('cross', axis, x.rank);
  const length = x.shape[along]!;
  if (length !== 2 && length !== 3) throw new ArgumentError('ops.cross', 'axis', 'an axis of length 2 or 3', x);
  const [first, second, third] = tf.unstack(x, along) as [Tensor, Tensor, Tensor?];
  return [first, second, third];
}

const product = (a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined => a && b && tf.mul(a, b);

function difference(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  if (a && b) return tf.sub(a, b);
  return a ?? (b && tf.neg(b));
}

const alignRank = (x: Tensor, rank: number): Tensor =>
  x.rank === rank ? x : tf.reshape(x, [...new Array<number>(rank - x.rank).fill(1), ...x.shape]);
