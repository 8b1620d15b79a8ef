import { ArgumentError, drawSeed, requireNumber, shuffledIndices } from '@capas/core';
import { Dataset } from './dataset.ts';
import type { RowOf } from './element.ts';

/** Options of {@link splitDataset}. */
export interface SplitDatasetOptions {
  /** A share (more than 0, less than 1) or a number of elements. @defaultValue what the right leaves */
  readonly leftSize?: number | null;
  /** As `leftSize`. @defaultValue what the left leaves */
  readonly rightSize?: number | null;
  /** @defaultValue false */
  readonly shuffle?: boolean;
  /** @defaultValue drawn */
  readonly seed?: number | null;
}

/**
 * Splits a data set, or arrays of one length, into its first and its last elements. All elements are held in memory. Numbers from 1 on
 * are counts, smaller ones shares: the count is rounded to the nearest, halves to the even. A data set is split by its elements: split
 * before it is batched.
 *
 * @throws ArgumentError if a size is out of range, or a side would be empty
 * @see Keras 3, `keras/src/utils/dataset_utils.py`
 * @example
 * const [train, validation] = await splitDataset(Dataset.fromArrays([x, y]), { leftSize: 0.8, shuffle: true, seed: 1 });
 */
export async function splitDataset<T>(
  dataset: Dataset<T>,
  options: SplitDatasetOptions,
): Promise<[left: Dataset<T>, right: Dataset<T>]>;
export async function splitDataset<const A>(
  arrays: A,
  options: SplitDatasetOptions,
): Promise<[left: Dataset<RowOf<A>>, right: Dataset<RowOf<A>>]>;
export async function splitDataset(
  data: unknown,
  { leftSize = null, rightSize = null, shuffle = false, seed = null }: SplitDatasetOptions,
): Promise<[Dataset<unknown>, Dataset<unknown>]> {
  const dataset: Dataset<unknown> = data instanceof Dataset ? data : Dataset.fromArrays(data);
  if (dataset.size === Number.POSITIVE_INFINITY)
    throw new ArgumentError('splitDataset', 'dataset', 'a data set that ends', dataset);
  let elements = await dataset.toArray();
  if (elements.length === 0) throw new ArgumentError('splitDataset', 'dataset', 'of one element or more', data);
  if (shuffle) {
    const order = shuffledIndices(elements.length, seed ?? drawSeed());
    elements = Array.from(order, (i) => elements[i]);
  }
  const [left, right] = splitSizes(leftSize, rightSize, elements.length);
  return [Dataset.fromItems(elements.slice(0, left)), Dataset.fromItems(elements.slice(elements.length - right))];
}

function splitSizes(leftSize: number | null, rightSize: number | null, total: number): [number, number] {
  if (leftSize === null && rightSize === null)
    throw new ArgumentError('splitDataset', 'leftSize', 'given, or `rightSize`', leftSize);
  const [given, other] = [countOf('leftSize', leftSize, total), countOf('rightSize', rightSize, total)];
  const [left, right] = [given ?? total - other!, other ?? total - given!];
  const areShares = leftSize !== null && rightSize !== null && leftSize < 1 && rightSize < 1;
  if ((areShares && leftSize + rightSize > 1) || left + right > total)
    throw new ArgumentError(
      'splitDataset',
      'rightSize',
      `of ${total} elements at most what the left leaves`,
      rightSize,
    );
  if (left === 0) throw new ArgumentError('splitDataset', 'leftSize', `one of ${total} elements or more`, leftSize);
  if (right === 0) throw new ArgumentError('splitDataset', 'rightSize', `one of ${total} elements or more`, rightSize);
  return [left, right];
}

function countOf(name: string, size: number | null, total: number): number | undefined {
  if (size === null) return undefined;
  const expected = `a share between 0 and 1, or a positive integer below ${total}`;
  requireNumber('splitDataset', name, size);
  if (size <= 0 || (size >= 1 && (!Number.isInteger(size) || size >= total)))
    throw new ArgumentError('splitDataset', name, expected, size);
  return size < 1 ? roundHalfToEven(size * total) : size;
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor === 0.5) return floor + (floor % 2);
  return Math.round(value);
}
