import { ArgumentError } from '@capas/core';

/** What a batch consists of. */
export type PackedData<X, Y, W> = X | readonly [X] | readonly [X, Y] | readonly [X, Y, W];

/**
 * A batch as `fit` takes it: `[x, y, sampleWeight]`, without what is not given; samples alone are not wrapped, unless they are a list.
 *
 * @see Keras 3, `keras/src/trainers/data_adapters/data_adapter_utils.py`
 */
export function packXYSampleWeight<X, Y = undefined, W = undefined>(
  x: X,
  y?: Y | null,
  sampleWeight?: W | null,
): PackedData<X, Y, W> {
  if (y === undefined || y === null) return Array.isArray(x) ? [x] : x;
  return sampleWeight === undefined || sampleWeight === null ? [x, y] : [x, y, sampleWeight];
}

/**
 * The three parts of a batch, `null` where there is none.
 *
 * @throws ArgumentError if it is a list of more than three
 * @see Keras 3, `keras/src/trainers/data_adapters/data_adapter_utils.py`
 */
export function unpackXYSampleWeight(data: unknown): [x: unknown, y: unknown, sampleWeight: unknown] {
  if (!Array.isArray(data)) return [data, null, null];
  if (data.length < 1 || data.length > 3)
    throw new ArgumentError('unpackXYSampleWeight', 'data', 'x, [x], [x, y] or [x, y, sampleWeight]', data);
  const [x, y = null, sampleWeight = null] = data as unknown[];
  return [x, y, sampleWeight];
}
