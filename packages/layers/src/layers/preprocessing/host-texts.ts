import { ops, type Tensor } from '@capas/core';

/** The elements of a tensor as texts: strings as they are, floats cut to integers, bools as `'true'` and `'false'`. */
export function textsOf(tensor: Tensor): readonly string[] {
  const { data } = ops.convertToNumpy(tensor);
  if (tensor.dtype === 'string') return data as readonly string[];
  const numbers = Array.from(data as Float32Array);
  return tensor.dtype === 'bool'
    ? numbers.map((value) => (value ? 'true' : 'false'))
    : numbers.map((value) => String(Math.trunc(value) + 0));
}
