import * as tf from '@tensorflow/tfjs-core';
import { requireOneOf } from '../check.ts';
import { type DataFormat, isChannelsFirst } from '../data-format.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { floats } from './support.ts';
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
  return adaptive('adaptiveMaxPool', inputs, outputSize, options, (x, axis) => tf.max(x, axis));
}

/** The means of `outputSize` windows that cover each spatial axis evenly. */
export function adaptiveAveragePool(
  inputs: TensorLike,
  outputSize: PerAxis,
  options: { readonly dataFormat?: DataFormat | null } = {},
): Tensor {
  return adaptive('adaptiveAveragePool', inputs, outputSize, options, (x, axis) => tf.mean(x, axis));
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
  reduce: (x: Tensor, axis: number) => Tensor,
): Tensor {
  return scope(() => {
    const channelsFirst = isChannelsFirst(`ops.${who}`, options.dataFormat);
    const x = toChannelsLast(floats(who, inputs), channelsFirst);
    const n = spatialRank(who, x);
    const sizes = perAxis(who, 'outputSize', outputSize, n);
    // the windows are boxes, so the axes can be pooled one after the other
    const pooled = sizes.reduce<Tensor>((y, size, i) => alongAxis(y, size, i + 1, reduce), x);
    return fromChannelsLast(pooled === x ? tf.clone(x) : pooled, channelsFirst);
  });
}

function alongAxis(x: Tensor, size: number, axis: number, reduce: (x: Tensor, axis: number) => Tensor): Tensor {
  const length = x.shape[axis]!;
  if (length === size) return x;
  if (length % size === 0) {
    const shape = [...x.shape.slice(0, axis), size, length / size, ...x.shape.slice(axis + 1)];
    return reduce(tf.reshape(x, shape), axis + 1);
  }
  const parts = Array.from({ length: size }, (_, i) => {
    const start = Math.floor((i * length) / size);
    const stop = Math.ceil(((i + 1) * length) / size);
    const begin = x.shape.map(() => 0);
    const extent = [...x.shape];
    begin[axis] = start;
    extent[axis] = stop - start;
    return reduce(tf.slice(x, begin, extent), axis);
  });
  return tf.stack(parts, axis);
}
