import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError, showShape } from '../errors.ts';
import { runKernel } from '../kernels/gradient-helpers.ts';
import { NARROW_KERNEL } from '../kernels/narrow.ts';
import type { DType } from '../tensor/dtype.ts';
import { isNarrowFloat, type NarrowFloat } from '../tensor/narrow-float.ts';
import { scope } from '../tensor/scope.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { axesOf, axisOf, booleans, constant, tensor } from './support.ts';

/** The dimensions of a tensor. */
export function shape(x: TensorLike): number[] {
  return scope(() => [...tensor('shape', x).shape]);
}

/** The number of dimensions. */
export function ndim(x: TensorLike): number {
  return scope(() => tensor('ndim', x).rank);
}

/** The number of elements. */
export function size(x: TensorLike): number {
  return scope(() => sizeOf(tensor('size', x).shape));
}

/** The dtype of a tensor. */
export function dtype(x: TensorLike): DType {
  return scope(() => tensor('dtype', x).dtype);
}

/**
 * The same values in another dtype. To int32 the fraction is cut off; to bool everything but 0 is true.
 *
 * `'bfloat16'` and `'float16'` round to the nearest number of that format, ties to even; the result is still float32. The
 * gradient is rounded, too.
 */
export function cast(x: TensorLike, dtype: DType | NarrowFloat): Tensor {
  return scope(() => {
    const value = tensor('cast', x);
    if (isNarrowFloat(dtype)) return runKernel(NARROW_KERNEL, { x: tf.cast(value, 'float32') }, { format: dtype });
    if (value.dtype === dtype) return tf.clone(value);
    return dtype === 'bool' ? booleans('cast', value) : tf.cast(value, dtype);
  });
}

/** The same values in another dtype; numbers beyond its range become its bounds. */
export function saturateCast(x: TensorLike, dtype: DType): Tensor {
  return scope(() => {
    const value = tensor('saturateCast', x);
    if (dtype !== 'int32' || value.dtype !== 'float32') return cast(value, dtype);
    const top = tf.greaterEqual(value, 2147483648);
    const within = tf.cast(tf.clipByValue(value, -2147483648, 2147483520), 'int32');
    return tf.where(top, tf.fill(value.shape, 2147483647, 'int32'), within);
  });
}

/** The same elements in another shape. One dimension may be −1: it follows from the others. */
export function reshape(x: TensorLike, newshape: Shape): Tensor {
  return scope(() => {
    const value = tensor('reshape', x);
    const known = newshape.filter((dim) => dim !== -1);
    const count = sizeOf(known);
    const missing = newshape.length - known.length;
    const fits = missing === 0 ? count === value.size : missing === 1 && count > 0 && value.size % count === 0;
    if (!fits) {
      throw new ShapeError(`ops.reshape: ${showShape(value.shape)} cannot become ${showShape(newshape)}.`);
    }
    return tf.reshape(
      value,
      newshape.map((dim) => (dim === -1 ? value.size / count : dim)),
    );
  });
}

/** All elements in one axis. */
export function ravel(x: TensorLike): Tensor {
  return scope(() => {
    const value = tensor('ravel', x);
    return tf.reshape(value, [value.size]);
  });
}

/** The axes in another order: axis `i` of the result is axis `axes[i]` of `x`. @defaultValue reversed */
export function transpose(x: TensorLike, options: { readonly axes?: readonly number[] | null } = {}): Tensor {
  return scope(() => {
    const value = tensor('transpose', x);
    const axes = options.axes ?? value.shape.map((_, i) => value.rank - 1 - i);
    const order = axes.map((axis) => axisOf('transpose', axis, value.rank));
    if (order.length !== value.rank || new Set(order).size !== value.rank) {
      throw new ArgumentError('ops.transpose', 'axes', `an order of the ${value.rank} axes`, axes);
    }
    return permute(value, order);
  });
}

/** Moves axes from the places `source` to the places `destination`; the others keep their order. */
export function moveaxis(
  x: TensorLike,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  return scope(() => {
    const value = tensor('moveaxis', x);
    const list = (axes: number | readonly number[]) =>
      (typeof axes === 'number' ? [axes] : axes).map((axis) => axisOf('moveaxis', axis, value.rank));
    const from = list(source);
    const to = list(destination);
    if (from.length !== to.length) {
      throw new ArgumentError('ops.moveaxis', 'destination', `as long as source (${from.length})`, destination);
    }
    const order = new Array<number>(value.rank).fill(-1);
    from.forEach((axis, i) => {
      order[to[i]!] = axis;
    });
    const rest = value.shape.map((_, axis) => axis).filter((axis) => !from.includes(axis));
    return permute(
      value,
      order.map((axis) => (axis === -1 ? rest.shift()! : axis)),
    );
  });
}

/** Exchanges two axes. */
export function swapaxes(x: TensorLike, axis1: number, axis2: number): Tensor {
  return scope(() => {
    const value = tensor('swapaxes', x);
    const [a, b] = [axisOf('swapaxes', axis1, value.rank), axisOf('swapaxes', axis2, value.rank)];
    return permute(
      value,
      value.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
    );
  });
}

/** Inserts axes of length 1; `axis` counts in the result. */
export function expandDims(x: TensorLike, axis: number | readonly number[]): Tensor {
  return scope(() => {
    const value = tensor('expandDims', x);
    const rank = value.rank + (typeof axis === 'number' ? 1 : axis.length);
    const added = axesOf('expandDims', axis, rank);
    const dims = [...value.shape];
    return tf.reshape(
      value,
      Array.from({ length: rank }, (_, i) => (added.includes(i) ? 1 : dims.shift()!)),
    );
  });
}

/** Drops axes of length 1: all, or those named. */
export function squeeze(x: TensorLike, options: { readonly axis?: number | readonly number[] | null } = {}): Tensor {
  return scope(() => {
    const value = tensor('squeeze', x);
    const named = options.axis !== undefined && options.axis !== null;
    const axes = axesOf('squeeze', options.axis, value.rank);
    const wrong = named && axes.some((axis) => value.shape[axis] !== 1);
    if (wrong)
      throw new ShapeError(`ops.squeeze: axis ${options.axis} of ${showShape(value.shape)} is not of length 1.`);
    return tf.reshape(
      value,
      value.shape.filter((dim, axis) => dim !== 1 || (named && !axes.includes(axis))),
    );
  });
}

/** The values repeated to fill a shape, by NumPy's rules. */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  return scope(() => tf.broadcastTo(tensor('broadcastTo', x), [...shape]));
}

/** Repeats the whole tensor `repeats[i]` times along axis `i`. */
export function tile(x: TensorLike, repeats: number | readonly number[]): Tensor {
  return scope(() => {
    const value = tensor('tile', x);
    const counts = typeof repeats === 'number' ? [repeats] : [...repeats];
    const rank = Math.max(counts.length, value.rank);
    const full = [...new Array<number>(rank - value.rank).fill(1), ...value.shape];
    const reps = [...new Array<number>(rank - counts.length).fill(1), ...counts];
    return tf.tile(tf.reshape(value, full), reps);
  });
}

/** Repeats each element along `axis` (of the flattened tensor by default): a count for all, or one for each. Tensors of counts are read. */
export function repeat(x: TensorLike, repeats: TensorLike, options: { readonly axis?: number | null } = {}): Tensor {
  return scope(() => {
    let value = tensor('repeat', x);
    const { axis } = options;
    if (axis === undefined || axis === null) value = tf.reshape(value, [value.size]);
    const along = axisOf('repeat', axis ?? 0, value.rank);
    const length = value.shape[along]!;
    if (typeof repeats === 'number' && repeats > 0) return repeatEach(value, repeats, along);
    const given = isNumbers(repeats) ? repeats : Array.from(tensor('repeat', repeats).dataSync() as Int32Array);
    const counts = given.length === 1 ? new Array<number>(length).fill(given[0]!) : given;
    if (counts.length !== length) {
      throw new ArgumentError('ops.repeat', 'repeats', `a number or ${length} numbers, one for each`, repeats);
    }
    const indices = counts.flatMap((count, i) => new Array<number>(count).fill(i));
    return tf.gather(value, tf.tensor1d(indices, 'int32'), along);
  });
}

const isNumbers = (value: TensorLike): value is readonly number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number');

/** The elements along an axis so many times each: as copies along an axis of their own, which moves no single elements. */
function repeatEach(value: Tensor, count: number, axis: number): Tensor {
  const shape = value.shape.with(axis, value.shape[axis]! * count);
  const single = tf.reshape(value, [sizeOf(value.shape.slice(0, axis + 1)), 1, sizeOf(value.shape.slice(axis + 1))]);
  return tf.reshape(tf.tile(single, [1, count, 1]), shape);
}

/** The elements in reverse order along axes. */
export function flip(x: TensorLike, options: { readonly axis?: number | readonly number[] | null } = {}): Tensor {
  return scope(() => {
    const value = tensor('flip', x);
    return tf.reverse(value, axesOf('flip', options.axis, value.rank));
  });
}

/** Reverses the columns: {@link flip} along axis 1. */
export function fliplr(x: TensorLike): Tensor {
  return flip(x, { axis: 1 });
}

/** Reverses the rows: {@link flip} along axis 0. */
export function flipud(x: TensorLike): Tensor {
  return flip(x, { axis: 0 });
}

/** Moves elements on by `shift` places along axes, those that leave at the end come back at the start. */
export function roll(
  x: TensorLike,
  shift: number | readonly number[],
  options: { readonly axis?: number | readonly number[] | null } = {},
): Tensor {
  return scope(() => {
    const value = tensor('roll', x);
    const { axis } = options;
    if (axis === undefined || axis === null) {
      const total = typeof shift === 'number' ? shift : shift.reduce((sum, step) => sum + step, 0);
      return tf.reshape(rotate(tf.reshape(value, [value.size]), total, 0), value.shape);
    }
    const axes = typeof axis === 'number' ? [axis] : axis;
    return axes.reduce<Tensor>(
      (moved, a, i) => rotate(moved, typeof shift === 'number' ? shift : shift[i]!, axisOf('roll', a, value.rank)),
      tf.clone(value),
    );
  });
}

/** Turns the plane of two axes by `k` right angles, from the first axis towards the second. */
export function rot90(
  array: TensorLike,
  options: { readonly k?: number; readonly axes?: readonly [number, number] } = {},
): Tensor {
  return scope(() => {
    const value = tensor('rot90', array);
    const [first, second] = (options.axes ?? [0, 1]).map((axis) => axisOf('rot90', axis, value.rank)) as [
      number,
      number,
    ];
    const turns = (((options.k ?? 1) % 4) + 4) % 4;
    if (turns === 0) return tf.clone(value);
    if (turns === 2) return tf.reverse(value, [first, second]);
    return turns === 1
      ? tf.reverse(swapaxes(value, first, second), first)
      : swapaxes(tf.reverse(value, first), first, second);
  });
}

/** The value itself, whose gradient is 0: what follows treats it as a constant. */
export function stopGradient(variable: TensorLike): Tensor {
  return scope(() => {
    const value = tensor('stopGradient', variable);
    return constant(() => tf.clone(value));
  });
}

/** A copy of the tensor. */
export function copy(x: TensorLike): Tensor {
  return scope(() => tf.clone(tensor('copy', x)));
}

/** The axes of `x` in the order `order`; a copy if that is the order they have. */
export function permute(x: Tensor, order: number[]): Tensor {
  return order.every((axis, i) => axis === i) ? tf.clone(x) : tf.transpose(x, order);
}

function rotate(x: Tensor, shift: number, axis: number): Tensor {
  const length = x.shape[axis]!;
  if (length === 0) return tf.clone(x);
  const start = (((-shift % length) + length) % length) as number;
  if (start === 0) return tf.clone(x);
  const begin = x.shape.map(() => 0);
  const head = [...x.shape];
  const from = [...begin];
  from[axis] = start;
  head[axis] = length - start;
  const tail = [...x.shape];
  tail[axis] = start;
  return tf.concat([tf.slice(x, from, head), tf.slice(x, begin, tail)], axis);
}
