import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../../tensor/tensor.ts';
import { column, element, row, times, unit, vector } from './matrices.ts';

/** What {@link eliminate} finds. */
export interface Elimination {
  /** `A⁻¹ B`, `[batch, n, m]`. */
  readonly solution: Tensor;
  /** The pivots, `[batch, n]`: their product is the determinant but for its sign. */
  readonly pivots: Tensor;
  /** 1 or −1 by the number of row exchanges, `[batch]`. */
  readonly sign: Tensor;
}

/** Gauss–Jordan elimination of `[A | B]` with partial pivoting, all matrices of the stack at once. */
export function eliminate(a: Tensor, b: Tensor): Elimination {
  const n = a.shape[1]!;
  let work = tf.concat([a, b], 2);
  let sign: Tensor = tf.ones([a.shape[0]!]);
  const pivots: Tensor[] = [];
  for (let k = 0; k < n; k++) {
    const exchange = rowExchange(work, k);
    work = times(exchange.matrix, work);
    sign = tf.mul(sign, exchange.sign);
    const pivot = element(work, k, k);
    pivots.push(tf.reshape(pivot, [-1]));
    // row k becomes the pivot row over the pivot, every other row loses its multiple of it
    work = tf.sub(work, tf.mul(tf.sub(column(work, k), unit(n, k)), tf.div(row(work, k), pivot)));
  }
  return { solution: tf.slice(work, [0, 0, n], [-1, -1, -1]), pivots: tf.stack(pivots, 1), sign };
}

/** The matrix that exchanges row `k` with the row from `k` on whose element of column `k` is the largest. */
export function rowExchange(a: Tensor, k: number): { matrix: Tensor; sign: Tensor; index: Tensor } {
  const n = a.shape[1]!;
  const size = tf.add(
    tf.abs(column(a, k)),
    vector(n, (i) => (i < k ? Number.NEGATIVE_INFINITY : 0)),
  );
  const index = tf.argMax(tf.reshape(size, [-1, n]), 1);
  const chosen = tf.expandDims(tf.oneHot(index, n, 1, 0, 'float32'), 2);
  const difference = tf.sub(unit(n, k), chosen);
  const matrix = tf.sub(tf.expandDims(tf.eye(n), 0), times(difference, difference, false, true));
  const moved = tf.cast(tf.notEqual(index, tf.scalar(k, 'int32')), 'float32');
  return { matrix, sign: tf.sub(1, tf.mul(moved, 2)), index };
}
