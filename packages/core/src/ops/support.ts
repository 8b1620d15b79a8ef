import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError } from '../errors.ts';
import type { DType } from '../tensor/dtype.ts';
import { scope } from '../tensor/scope.ts';
import { positiveAxis } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type TensorLike, toTensor } from '../tensor/to-tensor.ts';

/** Axes to work along: one, several, or all (`null`, the default). Negative ones count from the end. */
export type Axis = number | readonly number[] | null | undefined;

/** Options of ops that reduce along axes. */
export interface ReduceOptions {
  /** @defaultValue all axes */
  readonly axis?: Axis;
  /** Whether reduced axes stay, with length 1. @defaultValue `false` */
  readonly keepdims?: boolean | undefined;
}

/** The argument `x` of `ops.<who>` as a tensor. */
export const tensor = (who: string, x: TensorLike, dtype?: DType): Tensor => toTensor(x, dtype, `ops.${who}`);

/** The argument as float32; complex numbers stay complex. */
export function floats(who: string, x: TensorLike): Tensor {
  const value = tensor(who, x);
  return value.dtype === 'float32' || value.dtype === 'complex64' ? value : tf.cast(value, 'float32');
}

/** The argument as numbers: booleans count as int32 0 and 1. */
export function numbers(who: string, x: TensorLike): Tensor {
  const value = tensor(who, x);
  return value.dtype === 'bool' ? tf.cast(value, 'int32') : value;
}

/** The argument as booleans: true where it is not 0. */
export const booleans = (who: string, x: TensorLike): Tensor => {
  const value = tensor(who, x);
  return value.dtype === 'bool' ? value : constant(() => tf.notEqual(value, tf.zerosLike(value)));
};

/**
 * Two operands in one dtype: the wider of bool < int32 < float32 < complex64. A whole JavaScript number takes the dtype of
 * an int32 tensor beside it, so `ops.add(indices, 1)` stays int32.
 */
export function operands(who: string, x1: TensorLike, x2: TensorLike): [Tensor, Tensor] {
  const a = typeof x1 === 'number' ? undefined : tensor(who, x1);
  const b = typeof x2 === 'number' ? undefined : tensor(who, x2);
  const left = a ?? scalar(x1 as number, b);
  const right = b ?? scalar(x2 as number, a);
  if (left.dtype === right.dtype) return [left, right];
  const dtype = RANKED[Math.max(RANKED.indexOf(left.dtype), RANKED.indexOf(right.dtype))]!;
  return [tf.cast(left, dtype), tf.cast(right, dtype)];
}

const RANKED: readonly DType[] = ['bool', 'int32', 'float32', 'complex64', 'string'];

function scalar(value: number, beside: Tensor | undefined): Tensor {
  const whole = Number.isInteger(value) && (beside?.dtype === 'int32' || beside?.dtype === 'bool');
  return tf.scalar(value, whole ? 'int32' : 'float32');
}

/** Applies `fn` to the argument as float32. */
export const onFloats = (who: string, x: TensorLike, fn: (x: Tensor) => Tensor): Tensor =>
  scope(() => fn(floats(who, x)));

/** Applies `fn` to two operands of one numeric dtype (booleans become int32). */
export const onNumbers = (who: string, x1: TensorLike, x2: TensorLike, fn: (a: Tensor, b: Tensor) => Tensor): Tensor =>
  scope(() => {
    const [a, b] = operands(who, x1, x2);
    return a.dtype === 'bool' ? fn(tf.cast(a, 'int32'), tf.cast(b, 'int32')) : fn(a, b);
  });

/** Applies `fn` to two operands as float32. */
export const onFloatPairs = (
  who: string,
  x1: TensorLike,
  x2: TensorLike,
  fn: (a: Tensor, b: Tensor) => Tensor,
): Tensor => scope(() => fn(floats(who, x1), floats(who, x2)));

/** Runs `fn` unseen by differentiation: its result (a mask, indices, a shift for stability) counts as a constant. */
export function constant(fn: () => Tensor): Tensor {
  return tf.customGrad(() => ({ value: fn(), gradFunc: () => [] }))();
}

/**
 * The result of `forward` on `inputs` with a derivative of its own. `forward` saves what `backward` needs; `backward` gives
 * one gradient per input, made of differentiable ops.
 */
export function differentiable(
  inputs: readonly Tensor[],
  forward: (save: (tensors: Tensor[]) => void) => Tensor,
  backward: (dy: Tensor, saved: readonly Tensor[]) => Tensor | Tensor[],
): Tensor {
  const op = tf.customGrad((...given) => {
    // tfjs passes its save function behind the inputs
    const save = given.at(-1) as unknown as (tensors: Tensor[]) => void;
    return { value: forward(save), gradFunc: (dy: Tensor, saved: Tensor[]) => backward(dy, saved) };
  });
  return op(...inputs);
}

/** An {@link Axis} option as a sorted list of axes counted from the start. */
export function axesOf(who: string, axis: Axis, rank: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  const axes = (typeof axis === 'number' ? [axis] : [...axis]).map((a) => positiveAxis(`ops.${who}`, a, rank));
  if (new Set(axes).size !== axes.length) throw new ArgumentError(`ops.${who}`, 'axis', 'without repetitions', axis);
  return axes.sort((a, b) => a - b);
}

/** One axis counted from the start. */
export const axisOf = (who: string, axis: number, rank: number): number => positiveAxis(`ops.${who}`, axis, rank);

/** A tensor whose values depend on nothing but `shape`, broadcast along `axis` only: `[n]` as `[1, n, 1]`. */
export function alongAxis(values: Tensor, axis: number, rank: number): Tensor {
  const shape = new Array<number>(rank).fill(1);
  shape[axis] = values.size;
  return tf.reshape(values, shape);
}

/** Moves `axis` to the end, applies `fn`, and moves the last axis of the result back. */
export function onLastAxis(x: Tensor, axis: number, fn: (x: Tensor) => Tensor): Tensor {
  if (axis === x.rank - 1) return fn(x);
  const order = x.shape.map((_, i) => i);
  order.splice(axis, 1);
  order.push(axis);
  const back = order.map((_, i) => order.indexOf(i));
  return tf.transpose(fn(tf.transpose(x, order)), back);
}

/** Replaces axis `axis` of length `m` by its products with weights `[m, n]`. */
export function weighted(x: Tensor, weights: Tensor, axis: number): Tensor {
  return onLastAxis(x, axis, (y) => {
    const [m, n] = weights.shape as [number, number];
    const flat = tf.matMul(tf.reshape(y, [-1, m]), weights);
    return tf.reshape(flat, [...y.shape.slice(0, -1), n]);
  });
}
