import type { KernelSpec } from './spec.ts';

/** The mean of the rows of each segment. The number of segments depends on the values. */
export const sparseSegmentMean: KernelSpec<'data' | 'indices' | 'segmentIds'> = {
  name: 'SparseSegmentMean',
  inputs: ['data', 'indices', 'segmentIds'],
  kind: 'scatter',
};
