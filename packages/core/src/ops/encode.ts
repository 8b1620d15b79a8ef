import * as tf from '@tensorflow/tfjs-core';
import { requirePositiveInteger } from '../check.ts';
import { type DataFormat, isChannelsFirst } from '../data-format.ts';
import { ShapeError, showShape } from '../errors.ts';
import type { DType } from '../tensor/dtype.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { axisOf, constant, tensor } from './support.ts';
import { fromChannelsLast, toChannelsLast } from './window.ts';

/** Options of {@link oneHot}. */
export interface OneHotOptions {
  /** Where the classes stand in the result. @defaultValue `-1` */
  readonly axis?: number | undefined;
  /** @defaultValue `'float32'` */
  readonly dtype?: DType | undefined;
}

/** A new axis of `numClasses` that is 1 at the class index and 0 elsewhere; all 0 for an index that is no class. */
export function oneHot(x: TensorLike, numClasses: number, options: OneHotOptions = {}): Tensor {
  requirePositiveInteger('ops.oneHot', 'numClasses', numClasses);
  return scope(() => {
    const index = tensor('oneHot', x, 'int32');
    const axis = axisOf('oneHot', options.axis ?? -1, index.rank + 1);
    const order = [...index.shape.keys()];
    order.splice(axis, 0, index.rank);
    const dtype = options.dtype ?? 'float32';
    return constant(() => {
      const type = dtype === 'bool' ? 'int32' : (dtype as 'float32');
      // tfjs has no vectors of one class
      const hot =
        numClasses === 1
          ? tf.cast(tf.expandDims(tf.equal(index, 0), -1), type)
          : tf.oneHot(index, numClasses, 1, 0, type);
      const placed = axis === index.rank ? hot : tf.transpose(hot, order);
      return dtype === 'bool' ? tf.cast(placed, 'bool') : placed;
    });
  });
}

/** 1 for each class that occurs in a sample: indices `[batch, n]` give `[batch, numClasses]`, `[n]` gives `[numClasses]`. */
export function multiHot(inputs: TensorLike, numClasses: number, options: OneHotOptions = {}): Tensor {
  requirePositiveInteger('ops.multiHot', 'numClasses', numClasses);
  return scope(() => {
    const hot = oneHot(inputs, numClasses, { axis: options.axis });
    const reduced = constant(() => tf.max(hot, hot.rank > 2 ? 1 : 0));
    return tf.cast(reduced, options.dtype ?? 'float32');
  });
}

/** Options of {@link countClasses}. */
export interface CountOptions {
  /** Added up instead of ones; of the shape of `x`. No gradient goes to them. */
  readonly weights?: TensorLike;
  /** Whether only to say which classes occur. @defaultValue `false` */
  readonly isBinary?: boolean;
}

/**
 * How often each class occurs along the last axis: `[…, n]` gives `[…, numClasses]`, float32. What is no class counts nothing.
 * It takes the memory of its result, where the sum of {@link oneHot} takes `n` times as much.
 */
export function countClasses(x: TensorLike, numClasses: number, options: CountOptions = {}): Tensor {
  requirePositiveInteger('ops.countClasses', 'numClasses', numClasses);
  return scope(() => {
    const index = tensor('countClasses', x, 'int32');
    const [n, batch] = [index.shape.at(-1) ?? 1, index.shape.slice(0, -1)];
    return constant(() => {
      // the kernels leave out what is too large, but not what is below 0
      const inside = tf.where(tf.less(index, 0), tf.fill(index.shape, numClasses, 'int32'), index);
      const weights =
        options.weights === undefined ? tf.zeros([0]) : tensor('countClasses', options.weights, 'float32');
      const rows = <T extends Tensor>(value: T): T =>
        (batch.length && value.size ? tf.reshape(value, [-1, n]) : tf.reshape(value, [value.size])) as T;
      if (index.size === 0) return tf.zeros([...batch, numClasses]);
      const counts = tf.denseBincount(
        rows(inside) as tf.Tensor2D,
        rows(weights) as tf.Tensor2D,
        numClasses,
        options.isBinary,
      );
      // tfjs counts single rows whatever is asked for
      const wanted = options.isBinary && batch.length === 0 ? tf.minimum(counts, 1) : counts;
      return tf.reshape(wanted, [...batch, numClasses]);
    });
  });
}

/** Moves channels into space: `[n, h, w, c]` gives `[n, h · b, w · b, c / b²]`. */
export function depthToSpace(
  x: TensorLike,
  blockSize: number,
  options: { readonly dataFormat?: DataFormat } = {},
): Tensor {
  return blocks('depthToSpace', x, blockSize, options.dataFormat, (value, b) => {
    const [n, h, w, c] = value.shape as [number, number, number, number];
    if (c % (b * b) !== 0) {
      throw new ShapeError(
        `ops.depthToSpace: ${c} channels are no multiple of ${b}². Received: ${showShape(value.shape)}.`,
      );
    }
    const split = tf.reshape(value, [n * h, w, b, (b * c) / (b * b)]);
    return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [n, h * b, w * b, c / (b * b)]);
  });
}

/** Moves space into channels: `[n, h, w, c]` gives `[n, h / b, w / b, c · b²]`; the reverse of {@link depthToSpace}. */
export function spaceToDepth(
  x: TensorLike,
  blockSize: number,
  options: { readonly dataFormat?: DataFormat } = {},
): Tensor {
  return blocks('spaceToDepth', x, blockSize, options.dataFormat, (value, b) => {
    const [n, h, w, c] = value.shape as [number, number, number, number];
    if (h % b !== 0 || w % b !== 0) {
      throw new ShapeError(
        `ops.spaceToDepth: height and width must be multiples of ${b}. Received: ${showShape(value.shape)}.`,
      );
    }
    const split = tf.reshape(value, [(n * h) / b, b, w / b, b * c]);
    return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [n, h / b, w / b, c * b * b]);
  });
}

function blocks(
  who: string,
  x: TensorLike,
  blockSize: number,
  dataFormat: DataFormat | undefined,
  fn: (x: Tensor, b: number) => Tensor,
): Tensor {
  requirePositiveInteger(`ops.${who}`, 'blockSize', blockSize);
  return scope(() => {
    const channelsFirst = isChannelsFirst(`ops.${who}`, dataFormat);
    const value = toChannelsLast(tensor(who, x), channelsFirst);
    if (value.rank !== 4) throw new ShapeError(`ops.${who}: expected rank 4. Received: ${showShape(value.shape)}.`);
    return fromChannelsLast(fn(value, blockSize), channelsFirst);
  });
}
