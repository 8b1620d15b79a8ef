import { scatterND } from '@tensorflow/tfjs-core';
import { zerosOf } from './gradient-helpers.ts';
import { castTo, emitOne } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The slices of `params` that each row of `indices` (its last axis) names. */
export const gatherNd: KernelSpec<'params' | 'indices'> = {
  name: 'GatherNd',
  inputs: ['params', 'indices'],
  kind: 'gather',
  infer: ({ params, indices }) => ({
    shape: [...indices.shape.slice(0, -1), ...params.shape.slice(indices.shape.at(-1))],
    dtype: params.dtype,
  }),
  gradient: {
    saves: { inputs: ['params', 'indices'] },
    run: ({ dy, inputs: { params, indices } }) => ({
      params: () => scatterND(indices, dy, params.shape as [number]),
      indices: () => zerosOf(indices.shape),
    }),
  },
  lower: ({ builder, inputs: { params, indices } }) =>
    emitOne(builder, 'gatherNd', [params, castTo(builder, indices, 'int32')]),
};
