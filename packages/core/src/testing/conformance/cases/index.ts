import type { ConformanceCase } from '../conformance-case.ts';
import { batchMatMulCases } from './batch-mat-mul.ts';
import { conv2dCases } from './conv2d.ts';
import { depthwiseConv2dCases } from './depthwise-conv2d.ts';
import { unsortedSegmentSumCases } from './unsorted-segment-sum.ts';

/** Every case, one file per kernel or family of kernels. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...batchMatMulCases,
  ...conv2dCases,
  ...depthwiseConv2dCases,
  ...unsortedSegmentSumCases,
];
