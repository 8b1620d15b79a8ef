import { HostArray, hostToTensor, scope, sizeOf, type Variable } from '@capas/core';
import type { H5Array } from './h5/read-h5.ts';

/** The value of a variable as it stands in a file; whole numbers are int64 there. */
export async function storedValue(variable: Variable): Promise<H5Array> {
  const data = await variable.value.data();
  const { shape } = variable;
  if (variable.dtype === 'float32') return { shape, dtype: 'float32', data: Float32Array.from(data as Float32Array) };
  if (variable.dtype === 'bool') return { shape, dtype: 'uint8', data: Uint8Array.from(data) };
  return { shape, dtype: 'int64', data: BigInt64Array.from(data as Int32Array, BigInt) };
}

/** Gives a variable a value from a file, in its own dtype. */
export function assignValue(variable: Variable, { shape, data }: H5Array): void {
  const numbers = data instanceof BigInt64Array ? Int32Array.from(data, Number) : data;
  const isFloat = variable.dtype === 'float32';
  const elements = isFloat ? Float32Array.from(numbers as Float32Array) : Int32Array.from(numbers as Int32Array);
  scope(() => variable.assign(hostToTensor(new HostArray(elements, [...shape]))));
}

/** Whether the elements are as many as the shape says. */
export const isWhole = ({ shape, data }: H5Array): boolean => sizeOf(shape) === data.length;
