import * as tf from '@tensorflow/tfjs-core';
import { HostArray } from '../tensor/host-array.ts';
import { scope } from '../tensor/scope.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { axisOf, booleans, tensor } from './support.ts';

/** The ops whose result has a shape, or takes a way, that depends on values: they read them back from the backend. */

/** A copy of the values in JavaScript's memory. */
export function convertToNumpy(x: TensorLike): HostArray {
  return scope(() => {
    const value = tensor('convertToNumpy', x);
    const data = value.dataSync();
    const stored = value.dtype === 'float32' ? Float32Array.from(data as Float32Array) : data.slice();
    return new HostArray(stored as Float32Array, value.shape, value.dtype as 'float32');
  });
}

/** The indices of the elements that are not 0: one int32 vector for each axis. Reads `x` back. */
export function nonzero(x: TensorLike): Tensor[] {
  return scope(() => {
    const value = booleans('nonzero', x);
    const data = value.dataSync();
    const places = [...data.keys()].filter((i) => data[i]);
    return value.shape.map((dim, axis) => {
      const stride = sizeOf(value.shape.slice(axis + 1));
      return tf.tensor1d(
        places.map((place) => Math.floor(place / stride) % dim),
        'int32',
      );
    });
  });
}

/** What {@link unique} finds besides the values. */
export interface UniqueOptions {
  /** Whether the values are in ascending order, else in that of their first occurrence. @defaultValue `true` */
  readonly sorted?: boolean;
  /** Of slices along this axis instead of single elements. */
  readonly axis?: number | null;
}

/** The result of {@link unique}. */
export interface Unique {
  readonly values: Tensor;
  /** Where each value stands first. */
  readonly indices: Tensor;
  /** Which value each element has. */
  readonly inverse: Tensor;
  /** How often each value occurs. */
  readonly counts: Tensor;
}

/** The different elements (or slices along `axis`), with their places and counts. Reads `x` back. */
export function unique(x: TensorLike, options: UniqueOptions = {}): Unique {
  const { sorted = true } = options;
  return scope(() => {
    let value = tensor('unique', x);
    const axis = options.axis === undefined || options.axis === null ? 0 : axisOf('unique', options.axis, value.rank);
    if (options.axis === undefined || options.axis === null) value = tf.reshape(value, [value.size]);
    const order = [axis, ...value.shape.keys()].filter((a, i) => i === 0 || a !== axis);
    const rows = tf.reshape(tf.transpose(value, order), [value.shape[axis]!, -1]);
    const data = rows.dataSync() as Float32Array;
    const width = rows.shape[1]!;
    const row = (i: number) => data.subarray(i * width, (i + 1) * width);
    const first = new Map<string, number>();
    const keys = Array.from({ length: rows.shape[0]! }, (_, i) => row(i).join());
    keys.forEach((key, i) => {
      if (!first.has(key)) first.set(key, i);
    });
    const places = [...first.values()];
    if (sorted) places.sort((a, b) => compareRows(row(a), row(b)));
    const rank = new Map(places.map((place, i) => [keys[place]!, i]));
    const inverse = keys.map((key) => rank.get(key)!);
    const counts = new Array<number>(places.length).fill(0);
    for (const i of inverse) counts[i]!++;
    const ints = (values: number[]) => tf.tensor1d(values, 'int32');
    const indices = ints(places);
    return { values: tf.gather(value, indices, axis), indices, inverse: ints(inverse), counts: ints(counts) };
  });
}

/** `trueFn()` where the bool scalar `pred` holds, else `falseFn()`. Reads a tensor back. */
export function cond<T>(pred: TensorLike, trueFn: () => T, falseFn: () => T): T {
  return holds('cond', pred) ? trueFn() : falseFn();
}

/** Branch number `index` (the nearest, if there is none), called with `operands`. Reads a tensor back. */
export function switch_<A extends readonly unknown[], T>(
  index: TensorLike,
  branches: readonly ((...operands: A) => T)[],
  ...operands: A
): T {
  const chosen = typeof index === 'number' ? index : scope(() => tensor('switch', index).dataSync()[0]!);
  return branches[Math.min(Math.max(0, chosen), branches.length - 1)]!(...operands);
}

/** Applies `body` as long as `cond` holds. Reads the condition back at each turn. */
export function whileLoop(
  cond: (...vars: readonly Tensor[]) => TensorLike,
  body: (...vars: readonly Tensor[]) => readonly TensorLike[],
  loopVars: readonly TensorLike[],
  options: { readonly maximumIterations?: number | null } = {},
): Tensor[] {
  const most = options.maximumIterations ?? Number.POSITIVE_INFINITY;
  return scope(() => {
    let vars = loopVars.map((v) => tf.clone(tensor('whileLoop', v)));
    for (let turn = 0; turn < most && holds('whileLoop', cond(...vars)); turn++) {
      vars = body(...vars).map((v) => tensor('whileLoop', v));
    }
    return vars.map((v) => tf.clone(v));
  });
}

function holds(who: string, pred: TensorLike): boolean {
  return typeof pred === 'boolean' ? pred : scope(() => booleans(who, pred).dataSync()[0] !== 0);
}

function compareRows(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  return 0;
}
