import type { KernelSpec } from './spec.ts';

/** The indices of a sparse tensor in another shape, which is itself a tensor. */
export const sparseReshape: KernelSpec<'inputIndices' | 'inputShape' | 'newShape'> = {
  name: 'SparseReshape',
  inputs: ['inputIndices', 'inputShape', 'newShape'],
  kind: 'opaque',
};
