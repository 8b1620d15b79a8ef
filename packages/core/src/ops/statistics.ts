import * as tf from '@tensorflow/tfjs-core';
import { requireOneOf } from '../check.ts';
import { ArgumentError } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { takeAlongAxis } from './gather.ts';
import { convolveVectors } from './signal.ts';
import { ascending } from './sort.ts';
import { axesOf, constant, floats, operands, type ReduceOptions, tensor } from './support.ts';

/** Options of {@link quantile}. */
export interface QuantileOptions extends ReduceOptions {
  /** What to take between two elements. @defaultValue `'linear'` */
  readonly method?: 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';
}

/** The value below which a share `q` (0…1, a number or a vector of them) of the elements lies; the axes of `q` come first. */
export function quantile(x: TensorLike, q: TensorLike, options: QuantileOptions = {}): Tensor {
  return quantiles('quantile', x, q, options, false);
}

/** The {@link quantile} at `q` per cent. */
export function percentile(x: TensorLike, q: TensorLike, options: QuantileOptions = {}): Tensor {
  return scope(() => quantiles('percentile', x, tf.div(floats('percentile', q), 100), options, false));
}

/** The middle element, or the mean of the two in the middle. */
export function median(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return quantiles('median', x, 0.5, options, false);
}

/** The {@link quantile} of the elements that are not NaN; NaN if there is none. */
export function nanquantile(x: TensorLike, q: TensorLike, options: QuantileOptions = {}): Tensor {
  return quantiles('nanquantile', x, q, options, true);
}

/** The {@link percentile} of the elements that are not NaN. */
export function nanpercentile(x: TensorLike, q: TensorLike, options: QuantileOptions = {}): Tensor {
  return scope(() => quantiles('nanpercentile', x, tf.div(floats('nanpercentile', q), 100), options, true));
}

/** The {@link median} of the elements that are not NaN. */
export function nanmedian(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return quantiles('nanmedian', x, 0.5, options, true);
}

/** The matrix of Pearson's correlations between the rows of `x`. */
export function corrcoef(x: TensorLike): Tensor {
  return scope(() => {
    const value = floats('corrcoef', x);
    const rows = value.rank < 2 ? tf.reshape(value, [1, value.size]) : value;
    const centred = tf.sub(rows, tf.mean(rows, -1, true));
    const products = tf.matMul(centred, centred, false, true);
    const unit = constant(() => tf.eye(rows.shape[0]!));
    const deviations = tf.sqrt(tf.sum(tf.mul(products, unit), -1, true));
    const result = tf.clipByValue(tf.div(products, tf.matMul(deviations, deviations, false, true)), -1, 1);
    return value.rank < 2 ? tf.reshape(result, []) : result;
  });
}

/** The sums of products of two vectors, one moved along the other: `'valid'` where they overlap fully, `'same'`, `'full'`. */
export function correlate(
  x1: TensorLike,
  x2: TensorLike,
  options: { readonly mode?: 'valid' | 'same' | 'full' } = {},
): Tensor {
  const mode = requireOneOf('ops.correlate', 'mode', options.mode ?? 'valid', ['valid', 'same', 'full']);
  return scope(() => {
    const a = floats('correlate', x1);
    const b = floats('correlate', x2);
    const [n, m] = [a.size, b.size];
    if (mode === 'valid') return convolveVectors(a, b);
    const full = convolveVectors(tf.pad(a, [[m - 1, m - 1]]), b);
    if (mode === 'full') return full;
    const length = Math.max(n, m);
    return tf.slice(full, [Math.floor((n + m - 1 - length) / 2)], [length]);
  });
}

/**
 * How often each number from 0 on occurs along the last axis, or the sums of their `weights`.
 *
 * The length is `minlength` or, if that is more, the largest number plus 1, which is read back from the backend.
 */
export function bincount(
  x: TensorLike,
  options: { readonly weights?: TensorLike | null; readonly minlength?: number } = {},
): Tensor {
  return scope(() => {
    const value = tensor('bincount', x, 'int32');
    const { weights, minlength = 0 } = options;
    const largest = value.size === 0 ? -1 : tf.max(value).dataSync()[0]!;
    const bins = tf.range(0, Math.max(minlength, largest + 1), 1, 'int32');
    const hits = constant(() => tf.cast(tf.equal(tf.expandDims(value, -1), bins), 'float32'));
    if (weights === undefined || weights === null) return tf.cast(tf.sum(hits, value.rank - 1), 'int32');
    const given = tensor('bincount', weights);
    const sums = tf.sum(tf.mul(hits, tf.expandDims(tf.cast(given, 'float32'), -1)), value.rank - 1);
    return given.dtype === 'int32' ? tf.cast(sums, 'int32') : sums;
  });
}

/** How many elements lie in each of `bins` equal intervals, and the `bins + 1` edges. The last interval has its right edge. */
export function histogram(
  x: TensorLike,
  options: { readonly bins?: number; readonly range?: readonly [number, number] | null } = {},
): [counts: Tensor, edges: Tensor] {
  const { bins = 10, range } = options;
  if (range && range[0] > range[1])
    throw new ArgumentError('ops.histogram', 'range', '[low, high] with low ≤ high', range);
  return scope(() => {
    const value = floats('histogram', x);
    const flat = tf.reshape(value, [value.size]);
    const make = (wanted: 'counts' | 'edges') =>
      constant(() => {
        const low = range ? tf.scalar(range[0]) : tf.min(flat);
        const high = range ? tf.scalar(range[1]) : tf.max(flat);
        const flatRange = tf.cast(tf.equal(low, high), 'float32');
        const [from, to] = [tf.sub(low, tf.mul(flatRange, 0.5)), tf.add(high, tf.mul(flatRange, 0.5))];
        const steps = tf.div(tf.range(0, bins + 1), bins);
        const edges = tf.add(from, tf.mul(steps, tf.sub(to, from)));
        if (wanted === 'edges') return edges;
        const column = tf.expandDims(flat, 1);
        const above = tf.greaterEqual(column, tf.slice(edges, [0], [bins]));
        const below = tf.less(column, tf.slice(edges, [1], [bins]));
        const last = tf.logicalAnd(tf.equal(column, to), tf.equal(tf.range(0, bins), bins - 1));
        const inside = tf.logicalOr(tf.logicalAnd(above, below), last);
        return tf.sum(tf.cast(inside, 'int32'), 0);
      });
    return [make('counts'), make('edges')];
  });
}

/** The distances between all rows of `x` `[…, n, d]` and all rows of `y` `[…, m, d]`: `[…, n, m]`. */
export function cdist(x: TensorLike, y: TensorLike): Tensor {
  return scope(() => {
    const [a, b] = operands('cdist', x, y);
    return tf.sqrt(tf.sum(tf.square(tf.sub(tf.expandDims(a, -2), tf.expandDims(b, -3))), -1));
  });
}

/** The peak signal-to-noise ratio in decibels: `20 log₁₀(maxVal) − 10 log₁₀(mean((x1 − x2)²))`. */
export function psnr(x1: TensorLike, x2: TensorLike, maxVal: number): Tensor {
  return scope(() => {
    const error = tf.mean(tf.square(tf.sub(floats('psnr', x1), floats('psnr', x2))));
    return tf.sub(20 * Math.log10(maxVal), tf.mul(tf.log(error), 10 / Math.LN10));
  });
}

function quantiles(who: string, x: TensorLike, q: TensorLike, options: QuantileOptions, skipNan: boolean): Tensor {
  return scope(() => {
    const value = floats(who, x);
    const shares = floats(who, q);
    if (shares.rank > 1) throw new ArgumentError(`ops.${who}`, 'q', 'a number or a vector', shares);
    const axes = axesOf(who, options.axis, value.rank);
    const rows = axesLast(value, axes);
    const n = rows.shape.at(-1)!;
    const flatShares = tf.reshape(shares, [shares.size]);
    const missing = skipNan ? constant(() => tf.isNaN(rows)) : undefined;
    const filled = missing ? tf.where(missing, tf.fill(rows.shape, Number.POSITIVE_INFINITY), rows) : rows;
    const count = missing ? constant(() => tf.sum(tf.cast(tf.logicalNot(missing), 'float32'), -1, true)) : tf.scalar(n);
    const last = tf.maximum(tf.sub(count, 1), 0);
    const shape = rows.shape.map((dim, i) => (i === rows.rank - 1 ? shares.size : dim));
    const position = tf.broadcastTo(tf.mul(last, flatShares), shape);
    let taken = between(ascending(filled), position, options.method ?? 'linear');
    const known = constant(() => (missing ? tf.greater(count, 0) : tf.logicalNot(tf.any(tf.isNaN(rows), -1, true))));
    taken = tf.where(known, taken, tf.fill(taken.shape, Number.NaN));
    const kept = value.shape.flatMap((dim, axis) => (axes.includes(axis) ? (options.keepdims ? [1] : []) : [dim]));
    const first = tf.transpose(taken, [taken.rank - 1, ...Array.from({ length: taken.rank - 1 }, (_, i) => i)]);
    return tf.reshape(first, [...shares.shape, ...kept]);
  });
}

function between(sorted: Tensor, position: Tensor, method: NonNullable<QuantileOptions['method']>): Tensor {
  requireOneOf('ops.quantile', 'method', method, ['linear', 'lower', 'higher', 'midpoint', 'nearest']);
  const at = (round: (x: Tensor) => Tensor) =>
    takeAlongAxis(
      sorted,
      constant(() => tf.cast(round(position), 'int32')),
      { axis: -1 },
    );
  if (method === 'lower') return at(tf.floor);
  if (method === 'higher') return at(tf.ceil);
  if (method === 'nearest') return at(tf.round);
  const [low, high] = [at(tf.floor), at(tf.ceil)];
  if (method === 'midpoint') return tf.mul(tf.add(low, high), 0.5);
  const share = tf.sub(
    position,
    constant(() => tf.floor(position)),
  );
  return tf.add(tf.mul(low, tf.sub(1, share)), tf.mul(high, share));
}

/** The named axes behind the others, joined into one. */
export function axesLast(x: Tensor, axes: readonly number[]): Tensor {
  const others = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const moved = tf.transpose(x, [...others, ...axes]);
  return tf.reshape(moved, [...others.map((i) => x.shape[i]!), sizeOf(axes.map((i) => x.shape[i]!))]);
}
