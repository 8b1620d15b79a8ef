import type { KernelSpec } from './spec.ts';

/** The sum of the rows of each segment. The number of segments depends on the values. */
export const sparseSegmentSum: KernelSpec<'data' | 'indices' | 'segmentIds'> = {
  name: 'SparseSegmentSum',
  inputs: ['data', 'indices', 'segmentIds'],
  kind: 'scatter',
};
