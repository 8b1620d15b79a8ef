import * as tf from '@tensorflow/tfjs-core';
import { requireOneOf } from '../check.ts';
import { type DataFormat, isChannelsFirst } from '../data-format.ts';
import { scope } from '../tensor/scope.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { constant, floats, weighted } from './support.ts';
import { fromChannelsLast, type PerAxis, perAxis, reachedBy, spatialRank, toChannelsLast } from './window.ts';

/** Options of the pooling ops. */
export interface PoolOptions {
  /** @defaultValue the size of the windows */
  readonly strides?: PerAxis | null | undefined;
  /** @defaultValue `'valid'` */
  readonly padding?: 'valid' | 'same' | undefined;
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null | undefined;
}

/** The largest element of each window, over 1, 2 or 3 spatial axes. */
export function maxPool(inputs: TensorLike, poolSize: PerAxis, options: PoolOptions = {}): Tensor {
  return pool('maxPool', inputs, poolSize, options, { plane: tf.maxPool, volume: tf.maxPool3d });
}

/** The mean of each window, over 1, 2 or 3 spatial axes; padding does not count. */
export function averagePool(inputs: TensorLike, poolSize: PerAxis, options: PoolOptions = {}): Tensor {
  return pool('averagePool', inputs, poolSize, options, { plane: tf.avgPool, volume: tf.avgPool3d });
}

/** The largest elements of `outputSize` windows that cover each spatial axis evenly. */
export function adaptiveMaxPool(
  inputs: TensorLike,
  outputSize: PerAxis,
  options: { readonly dataFormat?: DataFormat | null } = {},
): Tensor {
  return adaptive('adaptiveMaxPool', inputs, outputSize, options, largestAlong);
}

/** The means of `outputSize` windows that cover each spatial axis evenly. */
export function adaptiveAveragePool(
  inputs: TensorLike,
  outputSize: PerAxis,
  options: { readonly dataFormat?: DataFormat | null } = {},
): Tensor {
  return adaptive('adaptiveAveragePool', inputs, outputSize, options, meanAlong);
}

interface Pools {
  readonly plane: typeof tf.maxPool;
  readonly volume: typeof tf.maxPool3d;
}

function pool(who: string, inputs: TensorLike, poolSize: PerAxis, options: PoolOptions, pools: Pools): Tensor {
  return scope(() => {
    const channelsFirst = isChannelsFirst(`ops.${who}`, options.dataFormat);
    const x = toChannelsLast(floats(who, inputs), channelsFirst);
    const n = spatialRank(who, x);
    const size = perAxis(who, 'poolSize', poolSize, n);
    const strides = perAxis(who, 'strides', options.strides ?? size, n);
    const padding = requireOneOf(`ops.${who}`, 'padding', options.padding ?? 'valid', ['valid', 'same']);
    return fromChannelsLast(apply(x, size, strides, padding, pools), channelsFirst);
  });
}

function apply(x: Tensor, size: number[], strides: number[], padding: 'valid' | 'same', pools: Pools): Tensor {
  if (x.rank === 3) {
    return tf.squeeze(apply(tf.expandDims(x, 1), [1, ...size], [1, ...strides], padding, pools), [1]);
  }
  if (x.rank === 4) {
    return pools.plane(x as tf.Tensor4D, size as [number, number], strides as [number, number], padding);
  }
  type Triple = [number, number, number];
  const reached = padding === 'same' ? reachedBy(x, size, strides) : x;
  return pools.volume(reached as tf.Tensor5D, size as Triple, strides as Triple, padding);
}

function adaptive(
  who: string,
  inputs: TensorLike,
  outputSize: PerAxis,
  options: { readonly dataFormat?: DataFormat | null },
  alongAxis: (x: Tensor, windows: readonly Span[], axis: number) => Tensor,
): Tensor {
  return scope(() => {
    const channelsFirst = isChannelsFirst(`ops.${who}`, options.dataFormat);
    const x = toChannelsLast(floats(who, inputs), channelsFirst);
    const n = spatialRank(who, x);
    const sizes = perAxis(who, 'outputSize', outputSize, n);
    // the windows are boxes, so the axes can be pooled one after the other
    const pooled = sizes.reduce<Tensor>((y, size, i) => {
      const length = y.shape[i + 1]!;
      return length === size ? y : alongAxis(y, spans(length, size), i + 1);
    }, x);
    return fromChannelsLast(pooled === x ? tf.clone(x) : pooled, channelsFirst);
  });
}

/** A window along an axis. */
interface Span {
  readonly start: number;
  readonly count: number;
}

/** `size` windows that cover an axis evenly; where they do not share it out, neighbours overlap. */
const spans = (length: number, size: number): Span[] =>
  Array.from({ length: size }, (_, i) => {
    const start = Math.floor((i * length) / size);
    return { start, count: Math.ceil(((i + 1) * length) / size) - start };
  });

/** Of several equal elements the first is the one that counts, as in a pooling. */
function largestAlong(x: Tensor, windows: readonly Span[], axis: number): Tensor {
  const widest = Math.max(...windows.map(({ count }) => count));
  // each window by itself; short ones with their last element again, which is never the first of the largest
  const places = windows.flatMap(({ start, count }) =>
    Array.from({ length: widest }, (_, i) => start + Math.min(i, count - 1)),
  );
  const isSharedOut = places.every((place, i) => place === i);
  const apart = isSharedOut ? x : tf.gather(x, tf.tensor1d(places, 'int32'), axis);
  const rows: [number, number, number, number] = [
    sizeOf(x.shape.slice(0, axis)),
    places.length,
    1,
    sizeOf(x.shape.slice(axis + 1)),
  ];
  const pooled = tf.maxPool(tf.reshape(apart, rows) as tf.Tensor4D, [widest, 1], [widest, 1], 'valid');
  return tf.reshape(pooled, x.shape.with(axis, windows.length));
}

function meanAlong(x: Tensor, windows: readonly Span[], axis: number): Tensor {
  const [length, size] = [x.shape[axis]!, windows.length];
  if (length % size === 0) {
    const shape = [...x.shape.slice(0, axis), size, length / size, ...x.shape.slice(axis + 1)];
    return tf.mean(tf.reshape(x, shape), axis + 1);
  }
  const shares = new Float32Array(length * size);
  for (const [i, { start, count }] of windows.entries())
    for (let place = start; place < start + count; place++) shares[place * size + i] = 1 / count;
  const weights = constant(() => tf.tensor2d(shares, [length, size]));
  return weighted(x, weights, axis);
}
