import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, showShape } from '../../errors.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TensorLike } from '../../tensor/to-tensor.ts';
import { constant, differentiable, floats } from '../support.ts';
import { eliminate, rowExchange } from './elimination.ts';
import { column, element, mask, matrices, row, squares, times, turned, unstackTo, vector } from './matrices.ts';

/** `x` with `a x = b`: `a` is `[…, n, n]`, `b` `[…, n, m]` or, one rank less, `[…, n]`. */
export function solve(a: TensorLike, b: TensorLike): Tensor {
  return scope(() => solveWith('solve', a, b, (value) => value));
}

/** {@link solve} with the lower (or upper) triangle of `a`; the other triangle counts as 0. */
export function solveTriangular(a: TensorLike, b: TensorLike, options: { readonly lower?: boolean } = {}): Tensor {
  return scope(() =>
    solveWith('solveTriangular', a, b, (value) => {
      const n = value.shape[1]!;
      return tf.mul(
        value,
        mask(n, n, (i, j) => ((options.lower ? j <= i : j >= i) ? 1 : 0)),
      );
    }),
  );
}

/** The inverse of square matrices. */
export function inv(x: TensorLike): Tensor {
  return scope(() => {
    const { value, batch } = squares('inv', x);
    return unstackTo(batch, inverse(value));
  });
}

/** The determinants of square matrices. */
export function det(x: TensorLike): Tensor {
  return scope(() => {
    const { value, batch } = squares('det', x);
    return tf.reshape(determinants(value), batch);
  });
}

/** The sign of the determinant and the logarithm of its absolute value. */
export function slogdet(x: TensorLike): [sign: Tensor, logAbsDet: Tensor] {
  return scope(() => {
    const { value, batch } = squares('slogdet', x);
    const sign = constant(() => {
      const { pivots, sign } = eliminate(value, tf.zeros([value.shape[0]!, value.shape[1]!, 1]));
      return tf.mul(sign, tf.prod(tf.sign(pivots), 1));
    });
    return [tf.reshape(sign, batch), tf.reshape(logDeterminants(value), batch)];
  });
}

/** The logarithm of the determinants of positive definite matrices. */
export function logdet(x: TensorLike): Tensor {
  return scope(() => {
    const { value, batch } = squares('logdet', x);
    return tf.reshape(logDeterminants(value), batch);
  });
}

/** The Cholesky factor `L` of positive definite matrices, `x = L Lᵀ`; `Lᵀ` with `upper`. NaN where `x` is not positive definite. */
export function cholesky(x: TensorLike, options: { readonly upper?: boolean } = {}): Tensor {
  return scope(() => {
    const { value, batch } = squares('cholesky', x);
    const lower = choleskyFactor(value);
    return unstackTo(batch, options.upper ? turned(lower) : lower);
  });
}

/** The inverse of `L Lᵀ` from a Cholesky factor `L` (of `Lᵀ L` from an upper one). */
export function choleskyInverse(x: TensorLike, options: { readonly upper?: boolean } = {}): Tensor {
  return scope(() => {
    const { value, batch } = squares('choleskyInverse', x);
    const product = options.upper ? times(value, value, true, false) : times(value, value, false, true);
    return unstackTo(batch, inverse(product));
  });
}

/** The factors `L` (below the diagonal of the first result, ones on it) and `U` of `P x = L U`, and the row exchanges. */
export function luFactor(x: TensorLike): [lu: Tensor, pivots: Tensor] {
  return scope(() => {
    const { value, batch } = matrices('luFactor', x);
    const [m, n] = [value.shape[1]!, value.shape[2]!];
    let work = value;
    const pivots: Tensor[] = [];
    for (let k = 0; k < Math.min(m, n); k++) {
      const before = work;
      const exchange = constant(() => rowExchange(before, k).matrix);
      pivots.push(constant(() => rowExchange(before, k).index));
      work = times(tf.tile(exchange, [exchange.shape[0] === work.shape[0] ? 1 : work.shape[0]!, 1, 1]), work);
      const below = vector(m, (i) => (i > k ? 1 : 0));
      const factor = tf.mul(tf.div(column(work, k), element(work, k, k)), below);
      const right = tf.mul(
        row(work, k),
        mask(1, n, (_, j) => (j > k ? 1 : 0)),
      );
      const inColumn = mask(m, n, (i, j) => (i > k && j === k ? 1 : 0));
      work = tf.add(tf.mul(tf.sub(work, tf.mul(factor, right)), tf.sub(1, inColumn)), tf.mul(factor, inColumn));
    }
    return [unstackTo(batch, work), tf.reshape(tf.stack(pivots, 1), [...batch, pivots.length])];
  });
}

function solveWith(who: string, a: TensorLike, b: TensorLike, prepare: (a: Tensor) => Tensor): Tensor {
  const { value, batch } = squares(who, a);
  const given = floats(who, b);
  const isVector = given.rank === batch.length + 1;
  const right = isVector ? tf.expandDims(given, -1) : given;
  const n = value.shape[1]!;
  if (right.rank !== batch.length + 2 || right.shape.at(-2) !== n) {
    throw new ShapeError(
      `ops.${who}: \`b\` must be ${showShape([...batch, n])} or ${showShape([...batch, n])} with one more axis. Received: ${showShape(given.shape)}.`,
    );
  }
  const m = right.shape.at(-1)!;
  const solved = solution(prepare(value), tf.reshape(right, [-1, n, m]));
  return tf.reshape(solved, given.shape);
}

/** `A⁻¹ B` with its derivative: `dB = A⁻ᵀ dX`, `dA = −dB Xᵀ`. */
export function solution(a: Tensor, b: Tensor): Tensor {
  return differentiable(
    [a, b],
    (save) => {
      const x = eliminate(a, b).solution;
      save([a, x]);
      return x;
    },
    (dy, [matrix, x]) => {
      const gradient = solution(turned(matrix!), dy);
      return [tf.neg(times(gradient, x!, false, true)), gradient];
    },
  );
}

/** The inverses of a stack of square matrices. */
export function inverse(a: Tensor): Tensor {
  const n = a.shape[1]!;
  return solution(a, tf.tile(tf.expandDims(tf.eye(n), 0), [a.shape[0]!, 1, 1]));
}

/** `d det A = det A · A⁻ᵀ`. */
function determinants(a: Tensor): Tensor {
  return differentiable(
    [a],
    (save) => {
      save([a]);
      const { pivots, sign } = eliminate(a, tf.zeros([a.shape[0]!, a.shape[1]!, 1]));
      return tf.mul(sign, tf.prod(pivots, 1));
    },
    (dy, [matrix]) => tf.mul(tf.reshape(tf.mul(dy, determinants(matrix!)), [-1, 1, 1]), turned(inverse(matrix!))),
  );
}

/** `d ln |det A| = A⁻ᵀ`. */
function logDeterminants(a: Tensor): Tensor {
  return differentiable(
    [a],
    (save) => {
      save([a]);
      const { pivots } = eliminate(a, tf.zeros([a.shape[0]!, a.shape[1]!, 1]));
      return tf.sum(tf.log(tf.abs(pivots)), 1);
    },
    (dy, [matrix]) => tf.mul(tf.reshape(dy, [-1, 1, 1]), turned(inverse(matrix!))),
  );
}

/** The derivative is Murray's: `L⁻ᵀ P L⁻¹` made symmetric, `P` the lower triangle of `Lᵀ dL` with half its diagonal. */
function choleskyFactor(a: Tensor): Tensor {
  const n = a.shape[1]!;
  return differentiable(
    [a],
    (save) => {
      let work = a;
      const columns: Tensor[] = [];
      for (let k = 0; k < n; k++) {
        const scaled = tf.div(column(work, k), tf.sqrt(element(work, k, k)));
        const next = tf.mul(
          scaled,
          vector(n, (i) => (i >= k ? 1 : 0)),
        );
        columns.push(next);
        work = tf.sub(work, times(next, next, false, true));
      }
      const lower = tf.concat(columns, 2);
      save([lower]);
      return lower;
    },
    (dy, [lower]) => {
      const half = mask(n, n, (i, j) => (i > j ? 1 : i === j ? 0.5 : 0));
      const inner = tf.mul(times(lower!, dy, true, false), half);
      const upper = turned(lower!);
      const outer = turned(solution(upper, turned(solution(upper, inner))));
      return tf.mul(tf.add(outer, turned(outer)), 0.5);
    },
  );
}
