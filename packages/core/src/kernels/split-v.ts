import { backend_util, concat } from '@tensorflow/tfjs-core';
import { positiveAxis } from '../tensor/shape.ts';
import { sliceOf } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `x` cut along an axis into `numOrSizeSplits` equal parts, or parts of these sizes. */
export const splitV: KernelSpec<'x'> = {
  name: 'SplitV',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }, { numOrSizeSplits, axis }) => {
    const along = positiveAxis('SplitV', axis as number, x.shape.length);
    const source = { shape: [...x.shape], dtype: x.dtype, dataId: {} };
    const sizes = backend_util.prepareSplitSize(source as never, numOrSizeSplits as number[], along);
    return sizes.map((size) => ({ shape: x.shape.with(along, size), dtype: x.dtype }));
  },
  gradient: { run: ({ dys, attrs: { axis } }) => ({ x: () => concat([...dys], axis as number) }) },
  lower: ({ builder, inputs: { x }, attrs, outputs }) => {
    const { shape } = builder.typeOf(x);
    const axis = positiveAxis('SplitV', attrs.axis as number, shape.length);
    const origin = new Array<number>(shape.length).fill(0);
    const starts = outputs.map((_, i) => outputs.slice(0, i).reduce((sum, part) => sum + part.shape[axis]!, 0));
    return outputs.map((part, i) => sliceOf(builder, x, origin.with(axis, starts[i]!), part.shape));
  },
};
