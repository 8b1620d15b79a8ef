import {
  ArgumentError,
  type DType,
  HostArray,
  type HostDType,
  hostToTensor,
  ops,
  type Shape,
  scope,
  type Tensor,
  type TensorLike,
  Variable,
} from '@capas/core';
import { isTensor } from '../layer-inputs.ts';

/** Data whose first axis counts the samples, from which batches are cut. */
export interface Column {
  /** What it was given as, for messages: `'x'`, `'x[1]'`. */
  readonly argument: string;
  readonly length: number;
  /** The shape of one sample. */
  readonly sampleShape: Shape;
  readonly dtype: DType | HostDType;
  /** The data in the memory of JavaScript, where it is there. */
  readonly host: HostArray | undefined;
  /** Samples `start` to `stop` (excluded), or those that `order` names at these places. The caller owns the tensor. */
  batch(start: number, stop: number, order?: Int32Array): Tensor;
  /** The samples `start` to `stop` as a column. */
  slice(start: number, stop: number): Column;
}

/**
 * Makes a column of what a user may pass as data. Host arrays and typed arrays are not copied.
 *
 * @throws ArgumentError if it is no array, or a scalar
 */
export function toColumn(who: string, argument: string, value: TensorLike): Column {
  const data = value instanceof Variable ? value.value : value;
  if (isTensor(data)) {
    if (data.isDisposed) throw new ArgumentError(who, argument, 'a tensor that was not disposed of', data);
    if (data.rank === 0) throw new ArgumentError(who, argument, 'an array of samples', data);
    return tensorColumn(argument, data, 0, data.shape[0]!);
  }
  if (data instanceof HostArray || Array.isArray(data) || ArrayBuffer.isView(data)) {
    const array =
      data instanceof HostArray
        ? data
        : ArrayBuffer.isView(data)
          ? new HostArray(data as Float32Array)
          : hostFromLists(who, argument, data);
    if (array.rank === 0) throw new ArgumentError(who, argument, 'an array of samples', value);
    return hostColumn(argument, array);
  }
  throw new ArgumentError(who, argument, 'a HostArray, tensor, typed array or nested lists of numbers', value);
}

function hostFromLists(who: string, argument: string, lists: readonly unknown[]): HostArray {
  try {
    const array = HostArray.from(lists);
    if (!hasLeavesOf(array.dtype === 'string' ? ['string'] : ['number', 'boolean'], lists))
      throw new ArgumentError(who, argument, 'nested lists of numbers', lists);
    return array;
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw new ArgumentError(
      who,
      argument,
      'nested lists of equal lengths (pad sequences with padSequences)',
      lists,
      (error as Error).message,
    );
  }
}

/** Whether everything that stands in nested lists is of these types: `undefined` or a word among numbers would become NaN. */
const hasLeavesOf = (types: readonly string[], value: unknown): boolean =>
  Array.isArray(value)
    ? value.every((item) => hasLeavesOf(types, item))
    : types.includes(typeof value) || ArrayBuffer.isView(value);

const hostColumn = (argument: string, array: HostArray): Column => ({
  argument,
  length: array.length,
  sampleShape: array.shape.slice(1),
  dtype: array.dtype,
  host: array,
  batch: (start, stop, order) =>
    hostToTensor(order ? array.take(order.subarray(start, stop)) : array.slice(start, stop)),
  slice: (start, stop) => hostColumn(argument, array.slice(start, stop)),
});

const tensorColumn = (argument: string, tensor: Tensor, from: number, to: number): Column => ({
  argument,
  length: to - from,
  sampleShape: tensor.shape.slice(1),
  dtype: tensor.dtype,
  host: undefined,
  batch: (start, stop, order) =>
    scope(() => {
      const indices = order
        ? order.subarray(start, stop)
        : Int32Array.from({ length: stop - start }, (_, i) => start + i);
      return ops.take(tensor, hostToTensor(new HostArray(indices.map((i) => i + from))), { axis: 0 });
    }),
  slice: (start, stop) => tensorColumn(argument, tensor, from + start, from + stop),
});
