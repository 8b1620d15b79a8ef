import { HostArray, hostToTensor, ops, scope, sizeOf, type Variable } from '@capas/core';
import type { Weight } from '../weight.ts';
import type { H5Array } from './h5/read-h5.ts';

/** The value of a variable as it stands in a file; whole numbers are int64 there. */
export async function storedValue(variable: Variable): Promise<H5Array> {
  const data = await variable.value.data();
  const { shape } = variable;
  if ((variable as Partial<Weight>).stored) return { shape, dtype: 'int8', data: Int8Array.from(data as Float32Array) };
  if (variable.dtype === 'float32') return { shape, dtype: 'float32', data: Float32Array.from(data as Float32Array) };
  if (variable.dtype === 'bool') return { shape, dtype: 'uint8', data: Uint8Array.from(data) };
  return { shape, dtype: 'int64', data: BigInt64Array.from(data as Int32Array, BigInt) };
}

/** As {@link storedValue}; a weight to which a sum of low rank is added stands there with that sum. */
export async function storedTotal(variable: Variable): Promise<H5Array> {
  const sum = (variable as Partial<Weight>).lowRank;
  if (!sum) return await storedValue(variable);
  const total = scope(() => sum.total());
  const data = Float32Array.from((await total.data()) as Float32Array);
  total.dispose();
  return { shape: variable.shape, dtype: 'float32', data };
}

/** Gives a variable a value from a file, in its own dtype. */
export function assignValue(variable: Variable, { shape, data }: H5Array): void {
  const numbers = data instanceof BigInt64Array ? Int32Array.from(data, Number) : data;
  const isFloat = variable.dtype === 'float32';
  const elements = isFloat ? Float32Array.from(numbers as Float32Array) : Int32Array.from(numbers as Int32Array);
  scope(() => variable.assign(hostToTensor(new HostArray(elements, [...shape]))));
}

/** As {@link assignValue}; nothing is added then to a weight with a sum of low rank, as in Keras. */
export function assignTotal(variable: Variable, value: H5Array): void {
  assignValue(variable, value);
  for (const factor of (variable as Partial<Weight>).lowRank?.factors ?? [])
    scope(() => factor.assign(ops.zeros(factor.shape)));
}

/** Whether the elements are as many as the shape says. */
export const isWhole = ({ shape, data }: H5Array): boolean => sizeOf(shape) === data.length;
