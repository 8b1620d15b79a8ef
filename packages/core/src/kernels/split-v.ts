import { backend_util, concat } from '@tensorflow/tfjs-core';
import { positiveAxis } from '../tensor/shape.ts';
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
};
