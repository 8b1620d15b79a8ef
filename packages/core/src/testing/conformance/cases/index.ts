import type { ConformanceCase } from '../conformance-case.ts';
import { batchMatMulCases } from './batch-mat-mul.ts';
import { binaryCases } from './binary.ts';
import { complexCases } from './complex.ts';
import { conv2dCases } from './conv2d.ts';
import { conv3dCases } from './conv3d.ts';
import { depthwiseConv2dCases } from './depthwise-conv2d.ts';
import { dilation2dCases } from './dilation2d.ts';
import { einsumCases } from './einsum.ts';
import { fusedCases } from './fused.ts';
import { gatherScatterCases } from './gather-scatter.ts';
import { imageCases } from './image.ts';
import { movementCases } from './movement.ts';
import { poolCases } from './pool.ts';
import { randomCases } from './random.ts';
import { reduceCases } from './reduce.ts';
import { sparseCases } from './sparse.ts';
import { unaryCases } from './unary.ts';
import { unsortedSegmentSumCases } from './unsorted-segment-sum.ts';

/** Every case, one file per kernel or family of kernels. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...unaryCases,
  ...binaryCases,
  ...reduceCases,
  ...movementCases,
  ...gatherScatterCases,
  ...batchMatMulCases,
  ...conv2dCases,
  ...depthwiseConv2dCases,
  ...unsortedSegmentSumCases,
  ...conv3dCases,
  ...poolCases,
  ...fusedCases,
  ...imageCases,
  ...einsumCases,
  ...complexCases,
  ...randomCases,
  ...dilation2dCases,
  ...sparseCases,
];
