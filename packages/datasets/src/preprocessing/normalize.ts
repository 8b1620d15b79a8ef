import { ArgumentError, HostArray, positiveAxis } from '@capas/core';

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** The axis along which the norms are taken. Default: -1, the last. */
  readonly axis?: number;
  /** The order of the norm: 2 is the Euclidean length, `Infinity` the greatest magnitude. Default: 2. */
  readonly order?: number;
}

/**
 * `x / ‖x‖` along an axis: vectors of length 1, float32 in the shape of `x`. Vectors of zeros stay zeros.
 *
 * @see keras/src/utils/numerical_utils.py
 * @example
 * normalize([[3, 4]]).toArray(); // [[0.6, 0.8]]
 */
export function normalize(x: HostArray | readonly unknown[], options: NormalizeOptions = {}): HostArray {
  const { axis = -1, order = 2 } = options;
  if (typeof order !== 'number' || Number.isNaN(order)) {
    throw new ArgumentError('normalize', 'order', 'a number', order);
  }
  const input = (x instanceof HostArray ? x : HostArray.from(x)).astype('float32');
  const values = input.data as Float32Array;
  const at = positiveAxis('normalize', axis, input.rank);
  const length = input.shape[at]!;
  const step = input.shape.slice(at + 1).reduce((product, dim) => product * dim, 1);
  const out = new Float32Array(input.size);
  const vector = new Float64Array(length);
  for (let outer = 0; outer < input.size; outer += length * step) {
    for (let start = outer; start < outer + step; start++) {
      for (let i = 0; i < length; i++) vector[i] = values[start + i * step]!;
      const norm = vectorNorm(vector, order) || 1;
      for (let i = 0; i < length; i++) out[start + i * step] = vector[i]! / norm;
    }
  }
  return new HostArray(out, input.shape);
}

/** The norm of order `order` as `numpy.linalg.norm` defines it, 0 counting the elements that are not 0. */
function vectorNorm(vector: Float64Array, order: number): number {
  const magnitudes = vector.map(Math.abs);
  if (order === Infinity) return magnitudes.reduce((most, value) => Math.max(most, value), 0);
  if (order === -Infinity) return magnitudes.reduce((least, value) => Math.min(least, value), Infinity);
  if (order === 0) return magnitudes.filter((value) => value !== 0).length;
  if (order === 1) return magnitudes.reduce((sum, value) => sum + value, 0);
  if (order === 2) return Math.sqrt(magnitudes.reduce((sum, value) => sum + value * value, 0));
  return magnitudes.reduce((sum, value) => sum + value ** order, 0) ** (1 / order);
}
