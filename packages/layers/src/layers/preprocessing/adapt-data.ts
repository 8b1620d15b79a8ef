import { ArgumentError, HostArray, type HostDType, ops, type TensorLike, Variable } from '@capas/core';
import { isTensor, standsForTensor } from '../../layer-inputs.ts';

/**
 * What a layer can learn from: an array with all samples, or batches one after the other, as a data set gives them. Of a batch
 * that is a list of arrays, `[x, y]`, the first counts.
 */
export type AdaptData = TensorLike | Iterable<unknown> | AsyncIterable<unknown>;

/** Options of `adapt`. */
export interface AdaptOptions {
  /** How many batches to take, where the data does not end by itself. @defaultValue all */
  readonly steps?: number | null;
}

/** What is done with data: with an array as a whole, or batch by batch, and then once at the end. */
export interface Learner {
  whole(array: HostArray): void;
  batch(array: HostArray): void;
  finish(): void;
}

/**
 * Hands data to a learner, at once or, where it comes asynchronously, by and by: then a promise is returned.
 *
 * @throws ArgumentError if it is neither an array nor iterable
 */
export function learnFrom(
  who: string,
  dtype: HostDType,
  data: AdaptData,
  options: AdaptOptions,
  learner: Learner,
): Promise<void> | undefined {
  const steps = options.steps ?? Number.POSITIVE_INFINITY;
  if (isArray(data)) {
    learner.whole(toHost(who, data, dtype));
  } else if (isIterable(data)) {
    let step = 0;
    for (const item of data) {
      if (step++ >= steps) break;
      learner.batch(toHost(who, inputOf(item), dtype));
    }
  } else if (isAsyncIterable(data)) {
    return learnLater(who, dtype, data, steps, learner);
  } else {
    throw new ArgumentError(who, 'data', 'an array, or an iterable of batches', data);
  }
  learner.finish();
  return undefined;
}

async function learnLater(
  who: string,
  dtype: HostDType,
  data: AsyncIterable<unknown>,
  steps: number,
  learner: Learner,
): Promise<void> {
  let step = 0;
  for await (const item of data) {
    if (step++ >= steps) break;
    learner.batch(toHost(who, inputOf(item), dtype));
  }
  learner.finish();
}

/**
 * An array in the memory of JavaScript with elements of this dtype.
 *
 * @throws ArgumentError if it has numbers where strings are wanted, or the other way round
 */
export function toHost(who: string, value: TensorLike, dtype: HostDType): HostArray {
  const array = hostOf(value, dtype);
  if ((array.dtype === 'string') !== (dtype === 'string'))
    throw new ArgumentError(who, 'data', dtype === 'string' ? 'strings' : 'numbers', value);
  return array.astype(dtype);
}

function hostOf(value: TensorLike, dtype: HostDType): HostArray {
  if (value instanceof HostArray) return value;
  if (isTensor(value) || value instanceof Variable) return ops.convertToNumpy(value);
  if (ArrayBuffer.isView(value)) return new HostArray(value as Float32Array);
  // strings keep their dtype, to be found
  return HostArray.from(value, leafType(value) === 'string' ? 'string' : dtype === 'string' ? 'float32' : dtype);
}

function leafType(value: unknown): string {
  let leaf = value;
  while (Array.isArray(leaf)) leaf = leaf[0];
  return typeof leaf;
}

const inputOf = (item: unknown): TensorLike => (isTuple(item) ? item[0] : item) as TensorLike;

/** Whether something is a list of arrays. */
const isTuple = (item: unknown): item is readonly unknown[] => Array.isArray(item) && standsForTensor(item[0]);

/** A list of tensors or host arrays, or of lists of them, is a list of batches; any other list an array. */
const isArray = (data: AdaptData): data is TensorLike =>
  standsForTensor(data) || (Array.isArray(data) && !isTuple(data) && !isTuple(data[0]));

const isIterable = (data: unknown): data is Iterable<unknown> =>
  typeof data === 'object' && data !== null && Symbol.iterator in data;

const isAsyncIterable = (data: unknown): data is AsyncIterable<unknown> =>
  typeof data === 'object' && data !== null && Symbol.asyncIterator in data;
