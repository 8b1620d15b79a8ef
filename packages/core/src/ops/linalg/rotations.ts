import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../../tensor/tensor.ts';

/** Disjoint pairs of columns. */
export type Pairs = readonly (readonly [number, number])[];

/** Every pair of `n` columns once, in rounds of disjoint pairs (the circle method of tournaments). */
export function rounds(n: number): Pairs[] {
  const players = n % 2 === 0 ? n : n + 1;
  const circle = Array.from({ length: players }, (_, i) => i);
  return Array.from({ length: Math.max(0, players - 1) }, () => {
    const pairs: [number, number][] = [];
    for (let i = 0; i < players / 2; i++) {
      const [a, b] = [circle[i]!, circle[players - 1 - i]!];
      if (a < n && b < n) pairs.push(a < b ? [a, b] : [b, a]);
    }
    circle.splice(1, 0, circle.pop()!);
    return pairs;
  }).filter((pairs) => pairs.length > 0);
}

/** Elements (first, second), (first, first), (second, second) of symmetric matrices for each pair: `[batch, pairs]`. */
export function pairElements(a: Tensor, pairs: Pairs): { off: Tensor; first: Tensor; second: Tensor } {
  const n = a.shape[1]!;
  const flat = tf.reshape(a, [-1, n * n]);
  const at = (place: (pair: readonly [number, number]) => number) =>
    tf.gather(flat, tf.tensor1d(pairs.map(place), 'int32'), 1);
  return { off: at(([p, q]) => p * n + q), first: at(([p]) => p * n + p), second: at(([, q]) => q * n + q) };
}

/** The rotations `[batch, n, n]`, one per pair, that make the elements (first, second) of symmetric matrices 0. */
export function rotations(n: number, pairs: Pairs, parts: ReturnType<typeof pairElements>): Tensor {
  const { off, first, second } = parts;
  const zero = tf.lessEqual(tf.abs(off), 1e-30);
  const tau = tf.div(tf.sub(second, first), tf.mul(tf.where(zero, tf.onesLike(off), off), 2));
  const side = tf.where(tf.greaterEqual(tau, 0), tf.onesLike(tau), tf.fill(tau.shape, -1));
  const tangent = tf.div(side, tf.add(tf.abs(tau), tf.sqrt(tf.add(tf.square(tau), 1))));
  const t = tf.where(zero, tf.zerosLike(tangent), tangent);
  const cosine = tf.rsqrt(tf.add(tf.square(t), 1));
  const sine = tf.mul(t, cosine);
  const places = pairs.length;
  const put = new Float32Array(4 * places * n * n);
  pairs.forEach(([p, q], i) => {
    [p * n + p, q * n + q, p * n + q, q * n + p].forEach((place, kind) => {
      put[(kind * places + i) * n * n + place] = 1;
    });
  });
  const flat = tf.matMul(tf.concat([cosine, cosine, sine, tf.neg(sine)], 1), tf.tensor2d(put, [4 * places, n * n]));
  const resting = Array.from({ length: n * n }, (_, k) =>
    k % (n + 1) === 0 && !pairs.some((pair) => pair.includes(k / (n + 1))) ? 1 : 0,
  );
  return tf.reshape(tf.add(flat, tf.tensor1d(resting)), [-1, n, n]);
}

/** How often each pair is rotated: Jacobi's method converges quadratically, so float32 is exhausted well before. */
export const SWEEPS = 10;
