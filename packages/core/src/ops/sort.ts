import * as tf from '@tensorflow/tfjs-core';
import { requireInteger, requireOneOf } from '../check.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { takeAlongAxis } from './gather.ts';
import { axisOf, constant, floats, numbers, onLastAxis, tensor } from './support.ts';

/** The `k` largest elements of the last axis and their indices (int32), largest first. */
export function topK(
  x: TensorLike,
  k: number,
  options: { readonly sorted?: boolean } = {},
): [values: Tensor, indices: Tensor] {
  requireInteger('ops.topK', 'k', k, 0);
  return scope(() => {
    const { values, indices } = tf.topk(numbers('topK', x), k, options.sorted ?? true);
    return [values, indices];
  });
}

/** Whether the class `targets[i]` is among the `k` largest of `predictions[i]`; ties count, NaN never. bool `[batch]`. */
export function inTopK(targets: TensorLike, predictions: TensorLike, k: number): Tensor {
  return scope(() => {
    const scores = floats('inTopK', predictions);
    const classes = scores.shape.at(-1)!;
    const target = tensor('inTopK', targets, 'int32');
    return constant(() => {
      const inRange = tf.logicalAnd(tf.greaterEqual(target, 0), tf.less(target, classes));
      const index = tf.expandDims(tf.where(inRange, target, tf.zerosLike(target)), -1);
      const own = takeAlongAxis(scores, index, { axis: -1 });
      const better = tf.sum(tf.cast(tf.greater(scores, own), 'int32'), -1);
      const finite = tf.isFinite(tf.squeeze(own, [-1]));
      return tf.logicalAnd(tf.logicalAnd(tf.less(better, k), inRange), finite);
    });
  });
}

/** The elements in ascending order along `axis`. */
export function sort(x: TensorLike, options: { readonly axis?: number } = {}): Tensor {
  return scope(() => {
    const value = numbers('sort', x);
    const axis = axisOf('sort', options.axis ?? -1, value.rank);
    return onLastAxis(value, axis, ascending);
  });
}

/** The indices that sort along `axis` (`null`: the flattened tensor), in ascending order, equals in theirs; int32. */
export function argsort(x: TensorLike, options: { readonly axis?: number | null } = {}): Tensor {
  return scope(() => {
    let value = numbers('argsort', x);
    if (options.axis === null) value = tf.reshape(value, [value.size]);
    const axis = options.axis === null ? 0 : axisOf('argsort', options.axis ?? -1, value.rank);
    // the largest of −x first: topk keeps equal ones in the order of their indices
    return constant(() => onLastAxis(value, axis, (a) => tf.topk(tf.neg(a), a.shape.at(-1)!, true).indices));
  });
}

/** Indices along `axis` such that element `kth` stands where sorting puts it; here: all are sorted. int32. */
export function argpartition(x: TensorLike, kth: number, options: { readonly axis?: number } = {}): Tensor {
  requireInteger('ops.argpartition', 'kth', kth);
  return argsort(x, options);
}

/**
 * Where `values` would have to be inserted into the ascending vector `sortedSequence`: before equal elements, or behind
 * them with `side: 'right'`. int32.
 */
export function searchsorted(
  sortedSequence: TensorLike,
  values: TensorLike,
  options: { readonly side?: 'left' | 'right' } = {},
): Tensor {
  const side = requireOneOf('ops.searchsorted', 'side', options.side ?? 'left', ['left', 'right']);
  return scope(() => {
    const sequence = floats('searchsorted', sortedSequence);
    const wanted = tf.expandDims(floats('searchsorted', values), -1);
    return constant(() => {
      const below = side === 'left' ? tf.less(sequence, wanted) : tf.lessEqual(sequence, wanted);
      return tf.sum(tf.cast(below, 'int32'), -1);
    });
  });
}

/** The number of the bin of each element: how many of the ascending `bins` are not above it. int32. */
export function digitize(x: TensorLike, bins: TensorLike): Tensor {
  return searchsorted(bins, x, { side: 'right' });
}

/** Whether each element of `x1` is among those of `x2`; bool of the shape of `x1`. */
export function isin(
  x1: TensorLike,
  x2: TensorLike,
  options: { readonly assumeUnique?: boolean; readonly invert?: boolean } = {},
): Tensor {
  return scope(() => {
    const value = tensor('isin', x1);
    const set = tensor('isin', x2);
    const found = constant(() => tf.any(tf.equal(tf.expandDims(value, -1), tf.reshape(set, [set.size])), -1));
    return options.invert ? tf.logicalNot(found) : found;
  });
}

/** The last axis in ascending order. */
export function ascending(x: Tensor): Tensor {
  return tf.reverse(tf.topk(x, x.shape.at(-1)!, true).values, x.rank - 1);
}
