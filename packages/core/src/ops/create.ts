import * as tf from '@tensorflow/tfjs-core';
import { requireBackend } from '../backend/session.ts';
import { requireInteger } from '../check.ts';
import type { DType } from '../tensor/dtype.ts';
import { scope } from '../tensor/scope.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type TensorLike, toTensor } from '../tensor/to-tensor.ts';
import { constant, tensor } from './support.ts';

/** Options of ops that make a tensor. */
export interface DTypeOption {
  readonly dtype?: DType | undefined;
}

/** A tensor of zeros, float32 by default. */
export function zeros(shape: Shape, options: DTypeOption = {}): Tensor {
  requireBackend('ops.zeros');
  return tf.zeros([...shape], (options.dtype ?? 'float32') as 'float32');
}

/** A tensor of ones, float32 by default. */
export function ones(shape: Shape, options: DTypeOption = {}): Tensor {
  requireBackend('ops.ones');
  return tf.ones([...shape], (options.dtype ?? 'float32') as 'float32');
}

/** A tensor of one value everywhere; `fillValue` may be a tensor, which is broadcast. */
export function full(shape: Shape, fillValue: TensorLike, options: DTypeOption = {}): Tensor {
  requireBackend('ops.full');
  const { dtype = typeof fillValue === 'boolean' ? 'bool' : 'float32' } = options;
  if (typeof fillValue === 'number') return tf.fill([...shape], fillValue, dtype as 'float32');
  return scope(() => tf.broadcastTo(tensor('full', fillValue, options.dtype), [...shape]));
}

/** A tensor of any values: zeros. */
export function empty(shape: Shape, options: DTypeOption = {}): Tensor {
  return zeros(shape, options);
}

/** Zeros in the shape (and dtype) of `x`. */
export function zerosLike(x: TensorLike, options: DTypeOption = {}): Tensor {
  return scope(() => {
    const value = tensor('zerosLike', x);
    return zeros(value.shape, { dtype: options.dtype ?? value.dtype });
  });
}

/** Ones in the shape (and dtype) of `x`. */
export function onesLike(x: TensorLike, options: DTypeOption = {}): Tensor {
  return scope(() => {
    const value = tensor('onesLike', x);
    return ones(value.shape, { dtype: options.dtype ?? value.dtype });
  });
}

/** One value in the shape (and dtype) of `x`. */
export function fullLike(x: TensorLike, fillValue: TensorLike, options: DTypeOption = {}): Tensor {
  return scope(() => {
    const value = tensor('fullLike', x);
    return full(value.shape, fillValue, { dtype: options.dtype ?? value.dtype });
  });
}

/** Any values in the shape (and dtype) of `x`: zeros. */
export function emptyLike(x: TensorLike, options: DTypeOption = {}): Tensor {
  return zerosLike(x, options);
}

/** A tensor of the given values. */
export function array(x: TensorLike, options: DTypeOption = {}): Tensor {
  return scope(() => tf.clone(toTensor(x, options.dtype, 'ops.array')));
}

/** A tensor of the given values; the same as {@link array}. */
export function convertToTensor(x: TensorLike, options: DTypeOption = {}): Tensor {
  return array(x, options);
}

/** Options of {@link arange}. */
export interface ArangeOptions extends DTypeOption {
  /** Where to stop (excluded); without it, `start` is the stop, and 0 the start. */
  readonly stop?: number | null;
  /** @defaultValue `1` */
  readonly step?: number | null;
}

/** Numbers at equal distances: int32 if start, stop and step are whole, else float32. */
export function arange(start: number, options: ArangeOptions = {}): Tensor {
  requireBackend('ops.arange');
  const { stop, step } = options;
  const [from, to] = stop === undefined || stop === null ? [0, start] : [start, stop];
  const by = step ?? 1;
  const whole = [from, to, by].every(Number.isInteger);
  const count = Math.max(0, Math.ceil((to - from) / by));
  const dtype = options.dtype ?? (whole ? 'int32' : 'float32');
  return tf.tensor1d(
    Array.from({ length: count }, (_, i) => from + i * by),
    dtype as 'float32',
  );
}

/** Options of {@link linspace}. */
export interface LinspaceOptions extends DTypeOption {
  /** How many. @defaultValue `50` */
  readonly num?: number;
  /** Whether `stop` is the last one. @defaultValue `true` */
  readonly endpoint?: boolean;
  /** Where the new axis stands if start or stop is a tensor. @defaultValue `0` */
  readonly axis?: number;
}

/** `num` numbers at equal distances from `start` to `stop`, which may be tensors. */
export function linspace(start: TensorLike, stop: TensorLike, options: LinspaceOptions = {}): Tensor {
  const { num = 50, endpoint = true, axis = 0 } = options;
  requireInteger('ops.linspace', 'num', num, 0);
  return scope(() => {
    const steps = endpoint ? num - 1 : num;
    if (typeof start === 'number' && typeof stop === 'number') {
      requireBackend('ops.linspace');
      const at = (i: number) => (steps === 0 ? start : start + ((stop - start) * i) / steps);
      const values = Array.from({ length: num }, (_, i) => at(i));
      return tf.tensor1d(values, (options.dtype ?? 'float32') as 'float32');
    }
    const from = tf.expandDims(tensor('linspace', start, 'float32'), 0);
    const to = tf.expandDims(tensor('linspace', stop, 'float32'), 0);
    const rank = Math.max(from.rank, to.rank);
    const fractions = Array.from({ length: num }, (_, i) => (steps === 0 ? 0 : i / steps));
    const along = tf.reshape(tf.tensor1d(fractions), [num, ...new Array<number>(rank - 1).fill(1)]);
    const points = tf.add(tf.mul(from, tf.sub(1, along)), tf.mul(to, along));
    const place = axis < 0 ? axis + rank : axis;
    const order = [...points.shape.keys()].slice(1);
    order.splice(place, 0, 0);
    const moved = place === 0 ? points : tf.transpose(points, order);
    return options.dtype ? tf.cast(moved, options.dtype) : moved;
  });
}

/** Powers of `base` whose exponents are at equal distances from `start` to `stop`. */
export function logspace(
  start: TensorLike,
  stop: TensorLike,
  options: LinspaceOptions & { readonly base?: number } = {},
): Tensor {
  return scope(() => {
    const { dtype, base = 10, ...rest } = options;
    const powers = tf.exp(tf.mul(linspace(start, stop, rest), Math.log(base)));
    return dtype ? tf.cast(powers, dtype) : powers;
  });
}

/** `num` numbers from `start` to `stop`, each the same multiple of the one before. */
export function geomspace(start: number, stop: number, options: LinspaceOptions = {}): Tensor {
  return scope(() => {
    const { dtype, ...rest } = options;
    const sign = Math.sign(start);
    const powers = tf.mul(tf.exp(linspace(Math.log(start * sign), Math.log(stop * sign), rest)), sign);
    return dtype ? tf.cast(powers, dtype) : powers;
  });
}

/** Options of {@link eye}. */
export interface EyeOptions extends DTypeOption {
  /** The number of columns. @defaultValue `N` */
  readonly M?: number | null;
  /** Which diagonal: above the main one if positive. @defaultValue `0` */
  readonly k?: number;
}

/** A matrix `[N, M]` with ones on diagonal `k`. */
export function eye(N: number, options: EyeOptions = {}): Tensor {
  return grid(N, options, (row, column, k) => column === row + k);
}

/** The unit matrix `[n, n]`. */
export function identity(n: number, options: DTypeOption = {}): Tensor {
  return eye(n, options);
}

/** A matrix `[N, M]` with ones on diagonal `k` and below. */
export function tri(N: number, options: EyeOptions = {}): Tensor {
  return grid(N, options, (row, column, k) => column <= row + k);
}

/** The matrices of the last two axes with zeros above diagonal `k`. */
export function tril(x: TensorLike, options: { readonly k?: number } = {}): Tensor {
  return triangle('tril', x, (row, column) => column <= row + (options.k ?? 0));
}

/** The matrices of the last two axes with zeros below diagonal `k`. */
export function triu(x: TensorLike, options: { readonly k?: number } = {}): Tensor {
  return triangle('triu', x, (row, column) => column >= row + (options.k ?? 0));
}

/** The values as columns of falling powers, `x^(N − 1) … x⁰` (rising with `increasing`): `[n, N]`. */
export function vander(
  x: TensorLike,
  options: { readonly N?: number | null; readonly increasing?: boolean } = {},
): Tensor {
  return scope(() => {
    const value = tensor('vander', x);
    const count = options.N ?? value.size;
    const powers: Tensor[] = [tf.onesLike(value)];
    while (powers.length < count) powers.push(tf.mul(powers.at(-1)!, value));
    const columns = powers.slice(0, count);
    return tf.stack(options.increasing ? columns : columns.reverse(), 1);
  });
}

function grid(N: number, options: EyeOptions, holds: (row: number, column: number, k: number) => boolean): Tensor {
  requireBackend('ops.eye');
  requireInteger('ops.eye', 'N', N, 0);
  const { k = 0, dtype = 'float32' } = options;
  const M = options.M ?? N;
  const values = Float32Array.from({ length: N * M }, (_, i) => (holds(Math.floor(i / M), i % M, k) ? 1 : 0));
  return scope(() => tf.cast(tf.tensor2d(values, [N, M]), dtype));
}

function triangle(who: string, x: TensorLike, holds: (row: number, column: number) => boolean): Tensor {
  return scope(() => {
    const value = tensor(who, x);
    const [rows, columns] = [value.shape.at(-2)!, value.shape.at(-1)!];
    const mask = constant(() => tf.cast(grid(rows, { M: columns }, holds), 'bool'));
    return tf.where(mask, value, tf.zerosLike(value));
  });
}
