import { convolutions } from './convolution.ts';
import type { CorrectedKernel } from './corrected-kernel.ts';
import { fusedBatchNorm } from './fused-batch-norm.ts';
import { concat, gather } from './movement.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

/** The kernels of ours that stand before tfjs-node's. */
export const correctedKernels: readonly CorrectedKernel[] = [
  ...convolutions,
  concat,
  fusedBatchNorm,
  gather,
  unsortedSegmentSum,
];
