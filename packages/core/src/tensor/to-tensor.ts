import * as tf from '@tensorflow/tfjs-core';
import { requireBackend } from '../backend/session.ts';
import { ArgumentError, BackendError } from '../errors.ts';
import type { DType } from './dtype.ts';
import { tensorDType } from './dtype.ts';
import { HostArray } from './host-array.ts';
import type { Tensor } from './tensor.ts';
import { Variable } from './variable.ts';

/** What ops take where a tensor is meant. */
export type TensorLike =
  | Tensor
  | Variable
  | HostArray
  | number
  | boolean
  | string
  | Float32Array
  | Int32Array
  | Uint8Array
  | readonly TensorLike[];

/**
 * Turns numbers, nested lists, typed arrays, host arrays and variables into a tensor; a tensor is returned as it is.
 *
 * JavaScript numbers become float32, booleans bool; `dtype` converts.
 *
 * @throws ArgumentError if the value is none of these, or a tensor that was disposed of.
 */
export function toTensor(value: TensorLike, dtype?: DType, who = 'toTensor'): Tensor {
  requireBackend(who);
  const tensor = convert(value, dtype, who);
  return dtype !== undefined && tensor.dtype !== dtype ? tf.cast(tensor, dtype) : tensor;
}

function convert(value: TensorLike, dtype: DType | undefined, who: string): Tensor {
  if (value instanceof Variable) return value.value;
  if (value instanceof tf.Tensor) {
    if (value.isDisposed)
      throw new BackendError(`${who}: a tensor of shape [${value.shape}] was disposed of before it was used.`);
    return value;
  }
  if (value instanceof HostArray) return hostToTensor(value);
  if (typeof value === 'number') return tf.scalar(value, dtype === 'int32' ? 'int32' : 'float32');
  if (typeof value === 'boolean' || typeof value === 'string') return tf.scalar(value);
  if (Array.isArray(value) && value.some((item) => holdsTensors(item))) {
    return tf.stack(value.map((item) => convert(item as TensorLike, dtype, who)));
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return tf.tensor(value as tf.TensorLike, undefined, isNumeric(value) ? dtype : undefined);
  }
  throw new ArgumentError(who, 'x', 'a tensor, a number, a nested list or a typed array', value);
}

/** A host array on the backend; float16 becomes float32, uint8 becomes int32. On the JavaScript backend it may share memory. */
export function hostToTensor(array: HostArray): Tensor {
  const dtype = tensorDType[array.dtype];
  const data =
    array.dtype === 'float16'
      ? array.astype('float32').data
      : array.dtype === 'uint8'
        ? array.astype('int32').data
        : array.data;
  return tf.tensor(data as Float32Array, [...array.shape], dtype);
}

const holdsTensors = (item: unknown): boolean =>
  item instanceof tf.Tensor ||
  item instanceof Variable ||
  item instanceof HostArray ||
  (Array.isArray(item) && item.some(holdsTensors));

function isNumeric(value: unknown): boolean {
  let first = value;
  while (Array.isArray(first)) first = first[0];
  return typeof first !== 'string';
}
