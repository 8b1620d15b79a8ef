import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { axisOf, constant, tensor } from './support.ts';

/** The items of `x` along `axis` (of the flattened tensor by default) at `indices`; negative ones count from the end. */
export function take(x: TensorLike, indices: TensorLike, options: { readonly axis?: number | null } = {}): Tensor {
  return scope(() => {
    let value = tensor('take', x);
    const { axis } = options;
    if (axis === undefined || axis === null) value = tf.reshape(value, [value.size]);
    const along = axisOf('take', axis ?? 0, value.rank);
    return tf.gather(value, positive(tensor('take', indices, 'int32'), value.shape[along]!), along);
  });
}

/** The items of `x` along `axis` at `indices`; the same as {@link take} with an axis of 0 by default. */
export function gather(x: TensorLike, indices: TensorLike, options: { readonly axis?: number } = {}): Tensor {
  return take(x, indices, { axis: options.axis ?? 0 });
}

/** `y[i, j, …] = x[i, indices[i, j, …], …]` with the index in the place of `axis`; the other axes broadcast. */
export function takeAlongAxis(
  x: TensorLike,
  indices: TensorLike,
  options: { readonly axis?: number | null } = {},
): Tensor {
  return scope(() => {
    let value = tensor('takeAlongAxis', x);
    let index = tensor('takeAlongAxis', indices, 'int32');
    const { axis } = options;
    if (axis === undefined || axis === null) {
      value = tf.reshape(value, [value.size]);
      index = tf.reshape(index, [index.size]);
    }
    if (index.rank !== value.rank) {
      throw new ShapeError(
        `ops.takeAlongAxis: \`indices\` must have the rank of \`x\`, ${showShape(value.shape)}. Received: ${showShape(index.shape)}.`,
      );
    }
    const along = axisOf('takeAlongAxis', axis ?? 0, value.rank);
    const others = value.shape.map((dim, i) => (i === along ? -1 : Math.max(dim, index.shape[i]!)));
    const source = broadcastBut(value, others, along);
    const wanted = positive(broadcastBut(index, others, along), value.shape[along]!);
    // the flat index: that of the first element of the line, plus the step along the axis
    const stride = sizeOf(source.shape.slice(along + 1));
    const offsets = constant(() => {
      const parts = wanted.shape.map((dim, i) => {
        const step = i === along ? 0 : sizeOf(source.shape.slice(i + 1));
        const shape = wanted.shape.map((_, j) => (j === i ? dim : 1));
        return tf.reshape(tf.mul(tf.range(0, dim, 1, 'int32'), tf.scalar(step, 'int32')), shape);
      });
      const start = parts.reduce((sum, part) => tf.add(sum, part));
      return tf.add(start, tf.mul(wanted, tf.scalar(stride, 'int32')));
    });
    const flat = tf.gather(tf.reshape(source, [source.size]), tf.reshape(offsets, [offsets.size]));
    return tf.reshape(flat, wanted.shape);
  });
}

/** The slices of `x` at index vectors: `indices` is `[…, n]`, the result `[…, …x.shape[n:]]`. */
export function gatherNd(x: TensorLike, indices: TensorLike): Tensor {
  return scope(() => {
    const value = tensor('gatherNd', x);
    const index = tensor('gatherNd', indices, 'int32');
    const depth = index.shape.at(-1)!;
    if (depth > value.rank) {
      throw new ArgumentError('ops.gatherNd', 'indices', `vectors of at most ${value.rank} indices`, index);
    }
    const flat = flatIndices(index, value.shape.slice(0, depth));
    const rows = tf.reshape(value, [sizeOf(value.shape.slice(0, depth)), ...value.shape.slice(depth)]);
    const taken = tf.gather(rows, tf.reshape(flat, [flat.size]), 0);
    return tf.reshape(taken, [...index.shape.slice(0, -1), ...value.shape.slice(depth)]);
  });
}

/** The block of `shape` that begins at `startIndices`, which is moved so that the block lies within. */
export function slice(inputs: TensorLike, startIndices: TensorLike, shape: Shape): Tensor {
  return scope(() => {
    const value = tensor('slice', inputs);
    const starts = staticList(startIndices);
    const size = shape.map((dim, axis) => (dim === -1 ? value.shape[axis]! - (starts?.[axis] ?? 0) : dim));
    if (size.length !== value.rank || size.some((dim, axis) => dim > value.shape[axis]!)) {
      throw new ShapeError(`ops.slice: a block ${showShape(shape)} does not fit into ${showShape(value.shape)}.`);
    }
    if (starts) {
      const begin = starts.map((start, axis) => Math.max(0, Math.min(start, value.shape[axis]! - size[axis]!)));
      return tf.slice(value, begin, size);
    }
    // starts that are computed: one gather along each axis
    const start = tensor('slice', startIndices, 'int32');
    return size.reduce<Tensor>((part, dim, axis) => {
      if (dim === value.shape[axis]) return part;
      const first = tf.slice(start, [axis], [1]);
      const within = tf.maximum(tf.minimum(first, tf.scalar(value.shape[axis]! - dim, 'int32')), tf.scalar(0, 'int32'));
      return tf.gather(part, tf.add(within, tf.range(0, dim, 1, 'int32')), axis);
    }, tf.clone(value));
  });
}

/** One part of an index into a tensor, as between the commas of Python's `x[1, ::2, None, ...]`. */
export type Index =
  | number
  | null
  | '...'
  | { readonly start?: number | null; readonly stop?: number | null; readonly step?: number };

/** `x[key]`: numbers drop their axis, `{ start, stop, step }` cut, `null` adds an axis, `'...'` stands for all in between. */
export function getItem(x: TensorLike, key: Index | readonly Index[]): Tensor {
  return scope(() => {
    let value = tensor('getItem', x);
    const given = (Array.isArray(key) ? [...key] : [key]) as Index[];
    const consumed = given.filter((part) => part !== null && part !== '...').length;
    if (consumed > value.rank) {
      throw new ArgumentError('ops.getItem', 'key', `at most ${value.rank} indices`, key);
    }
    const fill: Index[] = new Array<Index>(value.rank - consumed).fill({});
    const parts = given.includes('...')
      ? given.flatMap((part) => (part === '...' ? fill : [part]))
      : [...given, ...fill];
    const shape: number[] = [];
    let axis = 0;
    for (const part of parts) {
      if (part === null) {
        shape.push(1);
        continue;
      }
      const dim = value.shape[axis]!;
      const indices = typeof part === 'number' ? [within(part, dim)] : sliceIndices(part as object, dim);
      value = pick(value, indices, axis);
      if (typeof part !== 'number') shape.push(indices.length);
      axis++;
    }
    return tf.reshape(value, shape);
  });
}

/** The coordinates, one int32 tensor per dimension, of indices into the flattened tensor of `shape`. */
export function unravelIndex(indices: TensorLike, shape: Shape): Tensor[] {
  return scope(() => {
    const index = positive(tensor('unravelIndex', indices, 'int32'), sizeOf(shape));
    return shape.map((dim, axis) => {
      const stride = tf.scalar(sizeOf(shape.slice(axis + 1)), 'int32');
      return constant(() => tf.mod(tf.floorDiv(index, stride), tf.scalar(dim, 'int32')));
    });
  });
}

/** Flat indices of index vectors into the leading dimensions `shape`; negative ones count from the end. */
export function flatIndices(index: Tensor, shape: Shape): Tensor {
  return constant(() => {
    const dims = tf.tensor1d([...shape], 'int32');
    const strides = tf.tensor1d(
      shape.map((_, axis) => sizeOf(shape.slice(axis + 1))),
      'int32',
    );
    const wrapped = tf.where(tf.less(index, tf.scalar(0, 'int32')), tf.add(index, dims), index);
    return tf.sum(tf.mul(wrapped, strides), -1);
  });
}

/** Indices with those below 0 counted from the end. */
export function positive(indices: Tensor, length: number): Tensor {
  return constant(() =>
    tf.where(tf.less(indices, tf.scalar(0, 'int32')), tf.add(indices, tf.scalar(length, 'int32')), indices),
  );
}

/** The numbers of a list given as plain JavaScript; `undefined` for tensors, whose values are not read. */
export function staticList(value: TensorLike): number[] | undefined {
  if (typeof value === 'number') return [value];
  if (value instanceof Int32Array || value instanceof Float32Array) return [...value];
  return Array.isArray(value) && value.every((item) => typeof item === 'number') ? [...value] : undefined;
}

function pick(value: Tensor, indices: number[], axis: number): Tensor {
  const dim = value.shape[axis]!;
  if (indices.length === dim && indices.every((index, i) => index === i)) return value;
  const consecutive = indices.every((index, i) => index === indices[0]! + i);
  if (!consecutive) return tf.gather(value, tf.tensor1d(indices, 'int32'), axis);
  const begin = value.shape.map(() => 0);
  const size = [...value.shape];
  begin[axis] = indices[0] ?? 0;
  size[axis] = indices.length;
  return tf.slice(value, begin, size);
}

function within(index: number, dim: number): number {
  const counted = index < 0 ? index + dim : index;
  if (!Number.isInteger(index) || counted < 0 || counted >= dim) {
    throw new ArgumentError('ops.getItem', 'key', `an index from ${-dim} to ${dim - 1}`, index);
  }
  return counted;
}

function sliceIndices(part: { start?: number | null; stop?: number | null; step?: number }, dim: number): number[] {
  const step = part.step ?? 1;
  if (!Number.isInteger(step) || step === 0)
    throw new ArgumentError('ops.getItem', 'step', 'a whole number but 0', step);
  const [low, high] = step > 0 ? [0, dim] : [-1, dim - 1];
  const bound = (value: number | null | undefined, fallback: number) =>
    value === null || value === undefined ? fallback : Math.min(high, Math.max(low, value < 0 ? value + dim : value));
  const start = bound(part.start, step > 0 ? low : high);
  const stop = bound(part.stop, step > 0 ? high : low);
  const indices: number[] = [];
  for (let i = start; step > 0 ? i < stop : i > stop; i += step) indices.push(i);
  return indices;
}

function broadcastBut(x: Tensor, others: readonly number[], axis: number): Tensor {
  const shape = others.map((dim, i) => (i === axis ? x.shape[axis]! : dim));
  return tf.broadcastTo(x, shape);
}
