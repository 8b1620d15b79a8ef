import { stack } from '@tensorflow/tfjs-core';
import { positiveAxis } from '../tensor/shape.ts';
import { reshapeTo, sliceOf } from './lowering.ts';
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
  lower: ({ builder, inputs: { value }, attrs, outputs }) => {
    const { shape } = builder.typeOf(value);
    const axis = positiveAxis('Unpack', attrs.axis as number, shape.length);
    const origin = new Array<number>(shape.length).fill(0);
    return outputs.map((item, i) =>
      reshapeTo(builder, sliceOf(builder, value, origin.with(axis, i), shape.with(axis, 1)), item.shape),
    );
  },
};
