import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../../tensor/tensor.ts';
import { constant } from '../support.ts';

/** What lies beyond the edge: a constant, the edge, the image again, or its mirror image without or with the edge. */
export type FillMode = 'constant' | 'nearest' | 'wrap' | 'mirror' | 'reflect';

/** An index along an axis and its share in the result. */
export interface Node {
  readonly index: Tensor;
  readonly weight: Tensor;
}

/** The nearest index, halves to the even one. */
export function nearestNodes(place: Tensor): Node[] {
  return [
    {
      index: constant(() => tf.cast(tf.round(place), 'int32')),
      weight: constant(() => tf.onesLike(place)),
    },
  ];
}

/** The index below and the one above, weighted by their distances. */
export function linearNodes(place: Tensor): Node[] {
  const below = constant(() => tf.floor(place));
  const share = tf.sub(place, below);
  const index = constant(() => tf.cast(below, 'int32'));
  return [
    { index, weight: tf.sub(1, share) },
    { index: constant(() => tf.add(index, tf.scalar(1, 'int32'))), weight: share },
  ];
}

/** A place moved into `0 … size − 1` by TensorFlow's rules for whole images. */
export function mapPlace(place: Tensor, size: number, fillMode: FillMode): Tensor {
  if (fillMode === 'constant') return place;
  if (fillMode === 'nearest') return tf.clipByValue(place, 0, size - 1);
  if (size === 1) return tf.zerosLike(place);
  if (fillMode === 'wrap') {
    const turns = constant(() => {
      const before = tf.add(tf.floor(tf.div(tf.neg(place), size - 1)), 1);
      const after = tf.neg(tf.floor(tf.div(place, size - 1)));
      const inside = tf.where(tf.greater(place, size - 1), after, tf.zerosLike(place));
      return tf.where(tf.less(place, 0), before, inside);
    });
    return tf.clipByValue(tf.add(place, tf.mul(turns, size)), 0, size - 1);
  }
  // the distance from the edge of the first pixel, folded at both edges
  const length = 2 * size;
  const centred = tf.add(place, 0.5);
  const turns = constant(() => tf.floor(tf.div(centred, length)));
  const within = tf.sub(centred, tf.mul(turns, length));
  const folded = tf.minimum(within, tf.sub(length, within));
  return tf.clipByValue(tf.sub(folded, 0.5), 0, size - 1);
}
