import type { DType } from '../tensor/dtype.ts';
import { zerosOf } from './gradient-helpers.ts';
import { castTo, emitOne, stored } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `onValue` at the index along a new last axis of length `depth`, `offValue` elsewhere. */
export const oneHot: KernelSpec<'indices'> = {
  name: 'OneHot',
  inputs: ['indices'],
  kind: 'scatter',
  infer: ({ indices }, { depth, dtype }) => ({
    shape: [...indices.shape, depth as number],
    dtype: (dtype as DType | undefined) ?? 'float32',
  }),
  gradient: {
    saves: { inputs: ['indices'] },
    run: ({ inputs: { indices } }) => ({ indices: () => zerosOf(indices.shape) }),
  },
  lower: ({ builder, inputs: { indices }, attrs, outputs: [output] }) =>
    emitOne(builder, 'oneHot', [castTo(builder, indices, 'int32')], {
      depth: attrs.depth as number,
      on: stored((attrs.onValue as number | undefined) ?? 1, output!.dtype),
      off: stored((attrs.offValue as number | undefined) ?? 0, output!.dtype),
      dtype: output!.dtype,
    }),
};
