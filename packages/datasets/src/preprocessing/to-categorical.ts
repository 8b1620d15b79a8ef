import { ArgumentError, HostArray, requirePositiveInteger } from '@capas/core';

/** Anything that holds class numbers: an array of the host, a typed array, or (nested) lists. */
export type Labels = HostArray | ArrayLike<number> | readonly unknown[];

/** Options of {@link toCategorical}. */
export interface ToCategoricalOptions {
  /** The number of classes. Default: the greatest label plus one. */
  readonly numClasses?: number;
}

/**
 * Class numbers as one-hot rows: `[...shape]` → float32 `[...shape, numClasses]`. A last dimension of 1 is dropped.
 *
 * @param options - or just the number of classes
 * @throws ArgumentError if a label is no integer from 0 to `numClasses - 1`
 * @see keras/src/utils/numerical_utils.py
 * @example
 * toCategorical([0, 2], 3).toArray(); // [[1, 0, 0], [0, 0, 1]]
 */
export function toCategorical(x: Labels, options: ToCategoricalOptions | number = {}): HostArray {
  const labels = (x instanceof HostArray ? x : HostArray.from(x)).astype('float32');
  const values = labels.data as Float32Array;
  const given = typeof options === 'number' ? options : options.numClasses;
  if (given !== undefined) requirePositiveInteger('toCategorical', 'numClasses', given);
  let greatest = -1;
  for (let i = 0; i < values.length; i++) greatest = Math.max(greatest, values[i]!);
  const numClasses = given ?? greatest + 1;
  const isColumn = labels.rank > 1 && labels.shape.at(-1) === 1;
  const shape = isColumn ? labels.shape.slice(0, -1) : labels.shape;
  const out = new Float32Array(labels.size * numClasses);
  for (let i = 0; i < values.length; i++) {
    const label = values[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= numClasses) {
      const expected = `class numbers, integers from 0 to ${numClasses - 1}`;
      throw new ArgumentError('toCategorical', 'x', expected, label, `It is element ${i}.`);
    }
    out[i * numClasses + label] = 1;
  }
  return new HostArray(out, [...shape, numClasses]);
}
