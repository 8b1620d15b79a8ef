import { stack } from '@tensorflow/tfjs-core';
import { positiveAxis } from '../tensor/shape.ts';
import type { KernelSpec } from './spec.ts';

/** The items along an axis, each a tensor of one rank less. */
export const unpack: KernelSpec<'value'> = {
  name: 'Unpack',
  inputs: ['value'],
  kind: 'movement',
  infer: ({ value }, attrs) => {
    const axis = positiveAxis('Unpack', attrs.axis as number, value.shape.length);
    const item = { shape: value.shape.toSpliced(axis, 1), dtype: value.dtype };
    return new Array<typeof item>(value.shape[axis]!).fill(item);
  },
  gradient: { run: ({ dys, attrs: { axis } }) => ({ value: () => stack([...dys], axis as number) }) },
};
