import { abs } from './abs.ts';
import { acos } from './acos.ts';
import { acosh } from './acosh.ts';
import { add } from './add.ts';
import { addN } from './add-n.ts';
import { all } from './all.ts';
import { any } from './any.ts';
import { argMax } from './arg-max.ts';
import { argMin } from './arg-min.ts';
import { asin } from './asin.ts';
import { asinh } from './asinh.ts';
import { atan } from './atan.ts';
import { atan2 } from './atan2.ts';
import { atanh } from './atanh.ts';
import { avgPool } from './avg-pool.ts';
import { avgPoolGrad } from './avg-pool-grad.ts';
import { avgPool3D } from './avg-pool3d.ts';
import { avgPool3DGrad } from './avg-pool3d-grad.ts';
import { batchMatMul } from './batch-mat-mul.ts';
import { batchToSpaceND } from './batch-to-space-nd.ts';
import { bincount } from './bincount.ts';
import { bitwiseAnd } from './bitwise-and.ts';
import { broadcastArgs } from './broadcast-args.ts';
import { broadcastTo } from './broadcast-to.ts';
import { capasRandom } from './capas-random.ts';
import { cast } from './cast.ts';
import { ceil } from './ceil.ts';
import { clipByValue } from './clip-by-value.ts';
import { complex } from './complex.ts';
import { complexAbs } from './complex-abs.ts';
import { concat } from './concat.ts';
import { conv2D } from './conv2d.ts';
import { conv2DBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2DBackpropInput } from './conv2d-backprop-input.ts';
import { conv3D } from './conv3d.ts';
import { conv3DBackpropFilterV2 } from './conv3d-backprop-filter-v2.ts';
import { conv3DBackpropInputV2 } from './conv3d-backprop-input-v2.ts';
import { cos } from './cos.ts';
import { cosh } from './cosh.ts';
import { cropAndResize } from './crop-and-resize.ts';
import { cumprod } from './cumprod.ts';
import { cumsum } from './cumsum.ts';
import { denseBincount } from './dense-bincount.ts';
import { depthToSpace } from './depth-to-space.ts';
import { depthwiseConv2dNative } from './depthwise-conv2d-native.ts';
import { depthwiseConv2dNativeBackpropFilter } from './depthwise-conv2d-native-backprop-filter.ts';
import { depthwiseConv2dNativeBackpropInput } from './depthwise-conv2d-native-backprop-input.ts';
import { diag } from './diag.ts';
import { dilation2D } from './dilation2d.ts';
import { dilation2DBackpropFilter } from './dilation2d-backprop-filter.ts';
import { dilation2DBackpropInput } from './dilation2d-backprop-input.ts';
import { einsum } from './einsum.ts';
import { elu } from './elu.ts';
import { eluGrad } from './elu-grad.ts';
import { equal } from './equal.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { expandDims } from './expand-dims.ts';
import { expm1 } from './expm1.ts';
import { fft } from './fft.ts';
import { fill } from './fill.ts';
import { flipLeftRight } from './flip-left-right.ts';
import { floor } from './floor.ts';
import { floorDiv } from './floor-div.ts';
import { fusedBatchNorm } from './fused-batch-norm.ts';
import { fusedConv2D } from './fused-conv2d.ts';
import { fusedDepthwiseConv2D } from './fused-depthwise-conv2d.ts';
import { fusedMatMul } from './fused-mat-mul.ts';
import { gatherNd } from './gather-nd.ts';
import { gatherV2 } from './gather-v2.ts';
import { greater } from './greater.ts';
import { greaterEqual } from './greater-equal.ts';
import { identity } from './identity.ts';
import { ifft } from './ifft.ts';
import { imag } from './imag.ts';
import { isFiniteElement } from './is-finite.ts';
import { isInf } from './is-inf.ts';
import { isNan } from './is-nan.ts';
import { leakyRelu } from './leaky-relu.ts';
import { less } from './less.ts';
import { lessEqual } from './less-equal.ts';
import { linSpace } from './lin-space.ts';
import { log } from './log.ts';
import { logSoftmax } from './log-softmax.ts';
import { log1p } from './log1p.ts';
import { logicalAnd } from './logical-and.ts';
import { logicalNot } from './logical-not.ts';
import { logicalOr } from './logical-or.ts';
import { lrn } from './lrn.ts';
import { lrnGrad } from './lrn-grad.ts';
import { max } from './max.ts';
import { maxPool } from './max-pool.ts';
import { maxPoolGrad } from './max-pool-grad.ts';
import { maxPoolWithArgmax } from './max-pool-with-argmax.ts';
import { maxPool3D } from './max-pool3d.ts';
import { maxPool3DGrad } from './max-pool3d-grad.ts';
import { maximum } from './maximum.ts';
import { mean } from './mean.ts';
import { min } from './min.ts';
import { minimum } from './minimum.ts';
import { mirrorPad } from './mirror-pad.ts';
import { mod } from './mod.ts';
import { multinomial } from './multinomial.ts';
import { multiply } from './multiply.ts';
import { narrow } from './narrow.ts';
import { neg } from './neg.ts';
import { nonMaxSuppressionV3 } from './non-max-suppression-v3.ts';
import { nonMaxSuppressionV4 } from './non-max-suppression-v4.ts';
import { nonMaxSuppressionV5 } from './non-max-suppression-v5.ts';
import { notEqual } from './not-equal.ts';
import { oneHot } from './one-hot.ts';
import { onesLike } from './ones-like.ts';
import { pack } from './pack.ts';
import { padV2 } from './pad-v2.ts';
import { pow } from './pow.ts';
import { prelu } from './prelu.ts';
import { prod } from './prod.ts';
import { range } from './range.ts';
import { real } from './real.ts';
import { realDiv } from './real-div.ts';
import { reciprocal } from './reciprocal.ts';
import { relu } from './relu.ts';
import { relu6 } from './relu6.ts';
import { reshape } from './reshape.ts';
import { resizeBilinear } from './resize-bilinear.ts';
import { resizeBilinearGrad } from './resize-bilinear-grad.ts';
import { resizeNearestNeighbor } from './resize-nearest-neighbor.ts';
import { resizeNearestNeighborGrad } from './resize-nearest-neighbor-grad.ts';
import { reverse } from './reverse.ts';
import { rotateWithOffset } from './rotate-with-offset.ts';
import { round } from './round.ts';
import { rsqrt } from './rsqrt.ts';
import { scatterNd } from './scatter-nd.ts';
import { searchSorted } from './search-sorted.ts';
import { select } from './select.ts';
import { selu } from './selu.ts';
import { sigmoid } from './sigmoid.ts';
import { sign } from './sign.ts';
import { sin } from './sin.ts';
import { sinh } from './sinh.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { spaceToBatchND } from './space-to-batch-nd.ts';
import { sparseFillEmptyRows } from './sparse-fill-empty-rows.ts';
import { sparseReshape } from './sparse-reshape.ts';
import { sparseSegmentMean } from './sparse-segment-mean.ts';
import { sparseSegmentSum } from './sparse-segment-sum.ts';
import { sparseToDense } from './sparse-to-dense.ts';
import type { KernelSpec } from './spec.ts';
import { splitV } from './split-v.ts';
import { sqrt } from './sqrt.ts';
import { square } from './square.ts';
import { squaredDifference } from './squared-difference.ts';
import { step } from './step.ts';
import { stridedSlice } from './strided-slice.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';
import { tan } from './tan.ts';
import { tanh } from './tanh.ts';
import { tensorScatterUpdate } from './tensor-scatter-update.ts';
import { tile } from './tile.ts';
import { topK } from './top-k.ts';
import { transform } from './transform.ts';
import { transpose } from './transpose.ts';
import { unique } from './unique.ts';
import { unpack } from './unpack.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';
import { zerosLike } from './zeros-like.ts';

/** Every kernel that Capas knows, the one list: gradients are registered and traces are recorded from it. */
export const kernelSpecs: readonly KernelSpec[] = [
  abs,
  acos,
  acosh,
  addN,
  add,
  all,
  any,
  argMax,
  argMin,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  avgPoolGrad,
  avgPool,
  avgPool3DGrad,
  avgPool3D,
  batchMatMul,
  batchToSpaceND,
  bincount,
  bitwiseAnd,
  broadcastArgs,
  broadcastTo,
  capasRandom,
  cast,
  ceil,
  clipByValue,
  complexAbs,
  complex,
  concat,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  conv2D,
  conv3DBackpropFilterV2,
  conv3DBackpropInputV2,
  conv3D,
  cos,
  cosh,
  cropAndResize,
  cumprod,
  cumsum,
  denseBincount,
  depthToSpace,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  depthwiseConv2dNative,
  diag,
  dilation2DBackpropFilter,
  dilation2DBackpropInput,
  dilation2D,
  einsum,
  eluGrad,
  elu,
  equal,
  erf,
  exp,
  expandDims,
  expm1,
  fft,
  fill,
  flipLeftRight,
  floorDiv,
  floor,
  fusedBatchNorm,
  fusedConv2D,
  fusedDepthwiseConv2D,
  fusedMatMul,
  gatherNd,
  gatherV2,
  greaterEqual,
  greater,
  identity,
  ifft,
  imag,
  isFiniteElement,
  isInf,
  isNan,
  leakyRelu,
  lessEqual,
  less,
  linSpace,
  logSoftmax,
  log,
  log1p,
  logicalAnd,
  logicalNot,
  logicalOr,
  lrnGrad,
  lrn,
  maxPoolGrad,
  maxPoolWithArgmax,
  maxPool,
  maxPool3DGrad,
  maxPool3D,
  max,
  maximum,
  mean,
  min,
  minimum,
  mirrorPad,
  mod,
  multinomial,
  multiply,
  narrow,
  neg,
  nonMaxSuppressionV3,
  nonMaxSuppressionV4,
  nonMaxSuppressionV5,
  notEqual,
  oneHot,
  onesLike,
  pack,
  padV2,
  pow,
  prelu,
  prod,
  range,
  realDiv,
  real,
  reciprocal,
  relu,
  relu6,
  reshape,
  resizeBilinearGrad,
  resizeBilinear,
  resizeNearestNeighborGrad,
  resizeNearestNeighbor,
  reverse,
  rotateWithOffset,
  round,
  rsqrt,
  scatterNd,
  searchSorted,
  select,
  selu,
  sigmoid,
  sign,
  sin,
  sinh,
  slice,
  softmax,
  softplus,
  spaceToBatchND,
  sparseFillEmptyRows,
  sparseReshape,
  sparseSegmentMean,
  sparseSegmentSum,
  sparseToDense,
  splitV,
  sqrt,
  square,
  squaredDifference,
  step,
  stridedSlice,
  sub,
  sum,
  tan,
  tanh,
  tensorScatterUpdate,
  tile,
  topK,
  transform,
  transpose,
  unique,
  unpack,
  unsortedSegmentSum,
  zerosLike,
];
