import { HostArray, hostToTensor, scope, type Variable } from '@capas/core';

/** The value of a variable. */
export async function hostValue(variable: Variable): Promise<HostArray> {
  const data = await variable.value.data();
  const { dtype, shape } = variable;
  if (dtype === 'float32') return new HostArray(Float32Array.from(data as Float32Array), [...shape]);
  if (dtype === 'bool') return new HostArray(Uint8Array.from(data as Uint8Array), [...shape], 'bool');
  return new HostArray(Int32Array.from(data as Int32Array), [...shape]);
}

/** Gives a variable a value of its shape, in its own dtype. */
export function assignHostArray(variable: Variable, array: HostArray): void {
  const dtype = variable.dtype === 'float32' || variable.dtype === 'bool' ? variable.dtype : 'int32';
  scope(() => variable.assign(hostToTensor(array.astype(dtype))));
}
