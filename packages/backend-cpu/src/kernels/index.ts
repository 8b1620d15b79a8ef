import { avgPool3dGrad, avgPoolGrad } from './avg-pool-grad.ts';
import { batchMatMul } from './batch-mat-mul.ts';
import { floorDiv, maximum, minimum, prelu } from './binary.ts';
import { broadcastTo } from './broadcast-to.ts';
import { castToBool } from './cast.ts';
import { clipIntegers } from './clip-by-value.ts';
import { comparisons } from './comparison.ts';
import { complexKernels } from './complex.ts';
import { conv2d } from './conv2d.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './conv2d-backprop-input.ts';
import { conv3dBackpropFilter, conv3dBackpropInput } from './conv3d-backprop.ts';
import { depthwiseConv2dBackpropFilter } from './depthwise-conv2d-backprop-filter.ts';
import { depthwiseConv2dBackpropInput } from './depthwise-conv2d-backprop-input.ts';
import { einsum } from './einsum.ts';
import { fusedMatMul } from './fused-mat-mul.ts';
import { gather } from './gather.ts';
import { logSoftmax } from './log-softmax.ts';
import { maxPool3d, maxPoolOfIntegers, maxPoolWithArgmax } from './max-pool.ts';
import { maxPool3dGrad, maxPoolGrad } from './max-pool-grad.ts';
import { oneHot } from './one-hot.ts';
import { resizeBilinearGrad, resizeNearestNeighborGrad } from './resize-grad.ts';
import type { SpaceKernel } from './space.ts';
import { stridedSlice } from './strided-slice.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

/** The kernels of ours that WASM and JavaScript share, in place of tfjs's or missing there. */
const shared: readonly SpaceKernel[] = [
  avgPool3dGrad,
  avgPoolGrad,
  batchMatMul,
  broadcastTo,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  conv3dBackpropFilter,
  conv3dBackpropInput,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  einsum,
  gather,
  logSoftmax,
  maxPool3dGrad,
  maxPoolGrad,
  stridedSlice,
  unsortedSegmentSum,
];

/** For tfjs's JavaScript backend. */
export const jsKernels: readonly SpaceKernel[] = [...shared, floorDiv, resizeBilinearGrad, resizeNearestNeighborGrad];

/** For tfjs's WASM backend. */
export const wasmKernels: readonly SpaceKernel[] = [
  ...shared,
  ...comparisons,
  ...complexKernels,
  castToBool,
  clipIntegers,
  conv2d,
  fusedMatMul,
  maxPool3d,
  maxPoolOfIntegers,
  maxPoolWithArgmax,
  maximum,
  minimum,
  oneHot,
  prelu,
];
