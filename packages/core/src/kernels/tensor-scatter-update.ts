import { gatherND, tensorScatterUpdate as update } from '@tensorflow/tfjs-core';
import { zerosOf } from './gradient-helpers.ts';
import { emitOne, scatterIndices } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `tensor` with `updates` in the places of `indices`. */
export const tensorScatterUpdate: KernelSpec<'tensor' | 'indices' | 'updates'> = {
  name: 'TensorScatterUpdate',
  inputs: ['tensor', 'indices', 'updates'],
  kind: 'scatter',
  infer: ({ tensor }) => tensor,
  gradient: {
    saves: { inputs: ['indices', 'updates'] },
    run: ({ dy, inputs: { indices, updates } }) => ({
      tensor: () => update(dy, indices, zerosOf(updates.shape)),
      updates: () => gatherND(dy, indices),
      indices: () => zerosOf(indices.shape),
    }),
  },
  lower: ({ builder, inputs: { tensor, indices, updates }, outputs: [output] }) =>
    emitOne(builder, 'scatterNd', [scatterIndices(builder, indices), updates, tensor], {
      shape: output!.shape,
      mode: 'update',
    }),
};
