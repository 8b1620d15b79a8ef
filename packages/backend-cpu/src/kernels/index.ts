import { batchMatMul } from './batch-mat-mul.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './conv2d-backprop-input.ts';
import { depthwiseConv2dBackpropFilter } from './depthwise-conv2d-backprop-filter.ts';
import { depthwiseConv2dBackpropInput } from './depthwise-conv2d-backprop-input.ts';
import type { SpaceKernel } from './space.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

/** The kernels of ours that WASM and JavaScript share, in place of tfjs's or missing there. */
export const spaceKernels: readonly SpaceKernel[] = [
  batchMatMul,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  unsortedSegmentSum,
];
