import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError, showShape } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A number for all spatial axes, or one for each. */
export type PerAxis = number | readonly number[];

/** `[n, …, c]` from `[n, c, …]` where the channels come first. */
export function toChannelsLast(x: Tensor, channelsFirst: boolean): Tensor {
  if (!channelsFirst) return x;
  return tf.transpose(x, [0, ...x.shape.slice(2).map((_, i) => i + 2), 1]);
}

/** The reverse of {@link toChannelsLast}. */
export function fromChannelsLast(x: Tensor, channelsFirst: boolean): Tensor {
  if (!channelsFirst) return x;
  return tf.transpose(x, [0, x.rank - 1, ...x.shape.slice(2).map((_, i) => i + 1)]);
}

/** An option as a list of `n` positive whole numbers. */
export function perAxis(who: string, argument: string, value: PerAxis, n: number, least = 1): number[] {
  const list = typeof value === 'number' ? new Array<number>(n).fill(value) : [...value];
  if (list.length !== n || list.some((item) => !Number.isInteger(item) || item < least)) {
    const expected = `an integer of at least ${least}, or ${n} of them`;
    throw new ArgumentError(`ops.${who}`, argument, expected, value);
  }
  return list;
}

/** The number of spatial axes of `[n, …spatial, c]`: 1, 2 or 3. */
export function spatialRank(who: string, x: Tensor): number {
  if (x.rank < 3 || x.rank > 5) {
    throw new ShapeError(
      `ops.${who}: the input must have 1, 2 or 3 spatial axes between batch and channels. Received: ${showShape(x.shape)}.`,
    );
  }
  return x.rank - 2;
}

/** Adds zeros around the spatial axes of `[n, …spatial, c]`. */
export const padSpatial = (x: Tensor, widths: readonly [number, number][]): Tensor =>
  widths.every(([before, after]) => before === 0 && after === 0)
    ? x
    : tf.pad(x, [[0, 0], ...widths.map(([before, after]): [number, number] => [before, after]), [0, 0]]);

/** Puts `rate − 1` zeros between the elements of the spatial axes of a kernel `[…spatial, a, b]`. */
export function spread(kernel: Tensor, rates: readonly number[]): Tensor {
  return rates.reduce<Tensor>((k, rate, axis) => {
    const n = k.shape[axis]!;
    if (rate === 1 || n === 1) return k;
    const before = k.shape.slice(0, axis);
    const after = k.shape.slice(axis + 1);
    const apart = tf.reshape(k, [sizeOfList(before), n, 1, sizeOfList(after)]);
    const padded = tf.pad(apart, [
      [0, 0],
      [0, 0],
      [0, rate - 1],
      [0, 0],
    ]);
    const joined = tf.reshape(padded, [sizeOfList(before), n * rate, sizeOfList(after)]);
    const cut = tf.slice(joined, [0, 0, 0], [-1, (n - 1) * rate + 1, -1]);
    return tf.reshape(cut, [...before, (n - 1) * rate + 1, ...after]);
  }, kernel);
}

const sizeOfList = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

/**
 * Without the end of each spatial axis that no window reaches: with `'same'` and strides larger than the window nothing is
 * padded, and the last elements may be left over. tfjs's 3-D kernels would shift the windows instead.
 */
export function reachedBy(x: Tensor, window: readonly number[], strides: readonly number[]): Tensor {
  const spatial = x.shape.slice(1, -1).map((length, i) => {
    const count = Math.ceil(length / strides[i]!);
    return Math.min(length, (count - 1) * strides[i]! + window[i]!);
  });
  const size = [x.shape[0]!, ...spatial, x.shape.at(-1)!];
  return size.every((dim, axis) => dim === x.shape[axis]) ? x : tf.slice(x, new Array<number>(x.rank).fill(0), size);
}
