import { gatherND } from '@tensorflow/tfjs-core';
import type { Shape } from '../tensor/shape.ts';
import { zerosOf } from './gradient-helpers.ts';
import { emitOne, scatterIndices } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** Zeros of the attribute `shape` to which `updates` are added at `indices`. */
export const scatterNd: KernelSpec<'indices' | 'updates'> = {
  name: 'ScatterNd',
  inputs: ['indices', 'updates'],
  kind: 'scatter',
  infer: ({ updates }, { shape }) => ({ shape: shape as Shape, dtype: updates.dtype }),
  gradient: {
    saves: { inputs: ['indices'] },
    run: ({ dy, inputs: { indices } }) => ({
      updates: () => gatherND(dy, indices),
      indices: () => zerosOf(indices.shape),
    }),
  },
  lower: ({ builder, inputs: { indices, updates }, attrs }) =>
    emitOne(builder, 'scatterNd', [scatterIndices(builder, indices), updates], {
      shape: attrs.shape as Shape,
      mode: 'add',
    }),
};
