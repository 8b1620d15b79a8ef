import type { KernelSpec } from './spec.ts';

/** Where each value would be put into a sorted sequence, row by row. */
export const searchSorted: KernelSpec<'sortedSequence' | 'values'> = {
  name: 'SearchSorted',
  inputs: ['sortedSequence', 'values'],
  kind: 'gather',
  infer: ({ values }) => ({ shape: values.shape, dtype: 'int32' }),
};
