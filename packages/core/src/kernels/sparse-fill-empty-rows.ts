import type { KernelSpec } from './spec.ts';

/** A sparse tensor with a default in each empty row. The number of rows depends on the values. */
export const sparseFillEmptyRows: KernelSpec<'indices' | 'values' | 'denseShape' | 'defaultValue'> = {
  name: 'SparseFillEmptyRows',
  inputs: ['indices', 'values', 'denseShape', 'defaultValue'],
  kind: 'opaque',
};
