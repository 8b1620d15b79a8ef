import * as tf from '@tensorflow/tfjs-core';
import { requireOneOf } from '../../check.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TensorLike } from '../../tensor/to-tensor.ts';
import { constant, differentiable } from '../support.ts';
import { column, diagonals, mask, matrices, squares, times, turned, unit, unstackTo, vector } from './matrices.ts';
import { pairElements, rotations, rounds, SWEEPS } from './rotations.ts';

/** The eigenvalues (ascending) and eigenvectors (columns) of symmetric matrices, by Jacobi's method. */
export function eigh(x: TensorLike): [eigenvalues: Tensor, eigenvectors: Tensor] {
  return scope(() => {
    const { value, batch } = squares('eigh', x);
    const n = value.shape[1]!;
    const packed = symmetricEigen(value);
    const values = tf.reshape(tf.slice(packed, [0, n, 0], [-1, 1, -1]), [...batch, n]);
    return [values, unstackTo(batch, tf.slice(packed, [0, 0, 0], [-1, n, -1]))];
  });
}

/** Options of {@link svd}. */
export interface SvdOptions {
  /** Whether `u` and `vh` are square. @defaultValue `true` */
  readonly fullMatrices?: boolean;
  /** Whether `u` and `vh` are wanted at all. @defaultValue `true` */
  readonly computeUv?: boolean;
}

/** The singular value decomposition `x = u · diag(s) · vh`, by one-sided Jacobi rotations; `s` in descending order. */
export function svd(
  x: TensorLike,
  options?: SvdOptions & { readonly computeUv?: true },
): [u: Tensor, s: Tensor, vh: Tensor];
export function svd(x: TensorLike, options: SvdOptions & { readonly computeUv: false }): Tensor;
export function svd(x: TensorLike, options: SvdOptions = {}): [Tensor, Tensor, Tensor] | Tensor {
  const { fullMatrices = true, computeUv = true } = options;
  return scope((): [Tensor, Tensor, Tensor] | Tensor => {
    const { value, batch } = matrices('svd', x);
    const { u, s, v } = thinSvd(value);
    const values = tf.reshape(s, [...batch, s.shape[1]!]);
    if (!computeUv) return values;
    const [left, right] = fullMatrices ? [completed(u), completed(v)] : [u, v];
    return [unstackTo(batch, left), values, unstackTo(batch, turned(right))];
  });
}

/** `x = q r` with orthonormal columns in `q` and an upper triangle `r`, by Householder reflections. */
export function qr(x: TensorLike, options: { readonly mode?: 'reduced' | 'complete' } = {}): [q: Tensor, r: Tensor] {
  const mode = requireOneOf('ops.qr', 'mode', options.mode ?? 'reduced', ['reduced', 'complete']);
  return scope(() => {
    const { value, batch } = matrices('qr', x);
    const { q, r } = householder(value);
    const k = mode === 'reduced' ? Math.min(value.shape[1]!, value.shape[2]!) : value.shape[1]!;
    return [
      unstackTo(batch, tf.slice(q, [0, 0, 0], [-1, -1, k])),
      unstackTo(batch, tf.slice(r, [0, 0, 0], [-1, k, -1])),
    ];
  });
}

/** The thin decomposition of a stack: `u` `[batch, m, k]`, `s` `[batch, k]`, `v` `[batch, n, k]` with `k = min(m, n)`. */
export function thinSvd(a: Tensor): { u: Tensor; s: Tensor; v: Tensor } {
  const [m, n] = [a.shape[1]!, a.shape[2]!];
  if (m < n) {
    const { u, s, v } = thinSvd(turned(a));
    return { u: v, s, v: u };
  }
  const packed = packedSvd(a);
  const part = (from: number, count: number) => tf.slice(packed, [0, from, 0], [-1, count, -1]);
  return { u: part(0, m), s: tf.reshape(part(m + n, 1), [-1, n]), v: part(m, n) };
}

/** `[u; v; s]` of tall matrices, in one tensor `[batch, m + n + 1, n]`, so that one derivative rule serves all three. */
function packedSvd(a: Tensor): Tensor {
  const [m, n] = [a.shape[1]!, a.shape[2]!];
  return differentiable(
    [a],
    (save) => {
      let work = tf.concat([a, tf.tile(tf.expandDims(tf.eye(n), 0), [a.shape[0]!, 1, 1])], 1);
      const schedule = rounds(n);
      for (let sweep = 0; sweep < SWEEPS; sweep++) {
        for (const pairs of schedule) {
          const top = tf.slice(work, [0, 0, 0], [-1, m, -1]);
          work = times(work, rotations(n, pairs, pairElements(times(top, top, true, false), pairs)));
        }
      }
      const lengths = tf.sqrt(tf.sum(tf.square(tf.slice(work, [0, 0, 0], [-1, m, -1])), 1));
      const { values, indices } = tf.topk(lengths, n, true);
      const order = tf.transpose(tf.oneHot(indices, n, 1, 0, 'float32'), [0, 2, 1]);
      const sorted = times(work, order);
      const s = tf.expandDims(values, 1);
      const u = tf.divNoNan(tf.slice(sorted, [0, 0, 0], [-1, m, -1]), s);
      const packed = tf.concat([u, tf.slice(sorted, [0, m, 0], [-1, -1, -1]), s], 1);
      save([packed]);
      return packed;
    },
    (dy, [packed]) => svdGradient(packed!, dy, m, n),
  );
}

/** @see J. Townsend, "Differentiating the Singular Value Decomposition", 2016. */
function svdGradient(packed: Tensor, dy: Tensor, m: number, n: number): Tensor {
  const split = (x: Tensor) => {
    const part = (from: number, count: number) => tf.slice(x, [0, from, 0], [-1, count, -1]);
    return { u: part(0, m), v: part(m, n), s: part(m + n, 1) };
  };
  const { u, v, s } = split(packed);
  const d = split(dy);
  const squared = tf.square(s);
  const f = inverseGaps(tf.sub(squared, turned(squared)));
  const skew = (x: Tensor, dx: Tensor) => {
    const product = times(x, dx, true, false);
    return tf.mul(f, tf.sub(product, turned(product)));
  };
  const diagonal = tf.mul(
    d.s,
    mask(n, n, (i, j) => (i === j ? 1 : 0)),
  );
  const inner = tf.add(tf.add(tf.mul(skew(u, d.u), s), tf.mul(turned(s), skew(v, d.v))), diagonal);
  const outside = tf.sub(d.u, times(u, times(u, d.u, true, false)));
  const total = tf.add(times(u, inner), tf.divNoNan(outside, s));
  // v is square here, so nothing of it lies outside of its own span
  return times(total, v, false, true);
}

/** `[vectors; values]` of symmetric matrices in one tensor `[batch, n + 1, n]`. */
function symmetricEigen(a: Tensor): Tensor {
  const n = a.shape[1]!;
  return differentiable(
    [a],
    (save) => {
      let work = tf.mul(tf.add(a, turned(a)), 0.5);
      let vectors: Tensor = tf.tile(tf.expandDims(tf.eye(n), 0), [a.shape[0]!, 1, 1]);
      const schedule = rounds(n);
      for (let sweep = 0; sweep < SWEEPS; sweep++) {
        for (const pairs of schedule) {
          const turn = rotations(n, pairs, pairElements(work, pairs));
          work = times(times(turn, work, true, false), turn);
          vectors = times(vectors, turn);
        }
      }
      const { values, indices } = tf.topk(tf.neg(diagonals(work)), n, true);
      const order = tf.transpose(tf.oneHot(indices, n, 1, 0, 'float32'), [0, 2, 1]);
      const packed = tf.concat([times(vectors, order), tf.neg(tf.expandDims(values, 1))], 1);
      save([packed]);
      return packed;
    },
    (dy, [packed]) => {
      const part = (x: Tensor, from: number, count: number) => tf.slice(x, [0, from, 0], [-1, count, -1]);
      const [v, w] = [part(packed!, 0, n), part(packed!, n, 1)];
      const inner = tf.mul(inverseGaps(tf.sub(w, turned(w))), times(v, part(dy, 0, n), true, false));
      const whole = tf.add(
        inner,
        tf.mul(
          part(dy, n, 1),
          mask(n, n, (i, j) => (i === j ? 1 : 0)),
        ),
      );
      const gradient = times(times(v, whole), v, false, true);
      return tf.mul(tf.add(gradient, turned(gradient)), 0.5);
    },
  );
}

/** `1 / x`, and 0 where `x` is 0: on the diagonal, and between equal values, where the vectors are not determined. */
const inverseGaps = (x: Tensor): Tensor => tf.divNoNan(tf.onesLike(x), x);

/** An orthonormal basis of the whole space whose first columns are those of `u`. */
function completed(u: Tensor): Tensor {
  const [m, k] = [u.shape[1]!, u.shape[2]!];
  if (m === k) return u;
  const rest = constant(() => tf.slice(householder(u).q, [0, 0, k], [-1, -1, -1]));
  return tf.concat([u, rest], 2);
}

function householder(a: Tensor): { q: Tensor; r: Tensor } {
  const [m, n] = [a.shape[1]!, a.shape[2]!];
  let r = a;
  let q: Tensor = tf.tile(tf.expandDims(tf.eye(m), 0), [a.shape[0]!, 1, 1]);
  for (let k = 0; k < Math.min(m - 1, n); k++) {
    const below = tf.mul(
      column(r, k),
      vector(m, (i) => (i >= k ? 1 : 0)),
    );
    const first = tf.sum(tf.mul(below, unit(m, k)), 1, true);
    const sign = constant(() => tf.where(tf.less(first, 0), tf.fill(first.shape, -1), tf.onesLike(first)));
    const length = tf.sqrt(tf.sum(tf.square(below), 1, true));
    const v = tf.add(below, tf.mul(tf.mul(sign, length), unit(m, k)));
    const factor = tf.divNoNan(tf.mul(v, 2), tf.sum(tf.square(v), 1, true));
    r = tf.sub(r, times(factor, times(v, r, true, false)));
    q = tf.sub(q, times(times(q, factor), v, false, true));
  }
  return {
    q,
    r: tf.mul(
      r,
      mask(m, n, (i, j) => (j >= i ? 1 : 0)),
    ),
  };
}
