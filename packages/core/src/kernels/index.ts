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
import { bitwiseAnd } from './bitwise-and.ts';
import { broadcastTo } from './broadcast-to.ts';
import { cast } from './cast.ts';
import { ceil } from './ceil.ts';
import { clipByValue } from './clip-by-value.ts';
import { concat } from './concat.ts';
import { conv2D } from './conv2d.ts';
import { conv2DBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2DBackpropInput } from './conv2d-backprop-input.ts';
import { conv3D } from './conv3d.ts';
import { conv3DBackpropFilterV2 } from './conv3d-backprop-filter-v2.ts';
import { conv3DBackpropInputV2 } from './conv3d-backprop-input-v2.ts';
import { cos } from './cos.ts';
import { cosh } from './cosh.ts';
import { depthwiseConv2dNative } from './depthwise-conv2d-native.ts';
import { depthwiseConv2dNativeBackpropFilter } from './depthwise-conv2d-native-backprop-filter.ts';
import { depthwiseConv2dNativeBackpropInput } from './depthwise-conv2d-native-backprop-input.ts';
import { elu } from './elu.ts';
import { eluGrad } from './elu-grad.ts';
import { equal } from './equal.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { expandDims } from './expand-dims.ts';
import { expm1 } from './expm1.ts';
import { floor } from './floor.ts';
import { floorDiv } from './floor-div.ts';
import { fusedBatchNorm } from './fused-batch-norm.ts';
import { gatherV2 } from './gather-v2.ts';
import { greater } from './greater.ts';
import { greaterEqual } from './greater-equal.ts';
import { identity } from './identity.ts';
import { isFiniteElement } from './is-finite.ts';
import { isInf } from './is-inf.ts';
import { isNan } from './is-nan.ts';
import { leakyRelu } from './leaky-relu.ts';
import { less } from './less.ts';
import { lessEqual } from './less-equal.ts';
import { log } from './log.ts';
import { logSoftmax } from './log-softmax.ts';
import { log1p } from './log1p.ts';
import { logicalAnd } from './logical-and.ts';
import { logicalNot } from './logical-not.ts';
import { logicalOr } from './logical-or.ts';
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
import { mod } from './mod.ts';
import { multiply } from './multiply.ts';
import { neg } from './neg.ts';
import { notEqual } from './not-equal.ts';
import { oneHot } from './one-hot.ts';
import { onesLike } from './ones-like.ts';
import { pack } from './pack.ts';
import { padV2 } from './pad-v2.ts';
import { pow } from './pow.ts';
import { prelu } from './prelu.ts';
import { prod } from './prod.ts';
import { realDiv } from './real-div.ts';
import { reciprocal } from './reciprocal.ts';
import { relu } from './relu.ts';
import { relu6 } from './relu6.ts';
import { reshape } from './reshape.ts';
import { reverse } from './reverse.ts';
import { round } from './round.ts';
import { rsqrt } from './rsqrt.ts';
import { select } from './select.ts';
import { selu } from './selu.ts';
import { sigmoid } from './sigmoid.ts';
import { sign } from './sign.ts';
import { sin } from './sin.ts';
import { sinh } from './sinh.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import type { KernelSpec } from './spec.ts';
import { splitV } from './split-v.ts';
import { sqrt } from './sqrt.ts';
import { square } from './square.ts';
import { squaredDifference } from './squared-difference.ts';
import { step } from './step.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';
import { tan } from './tan.ts';
import { tanh } from './tanh.ts';
import { tile } from './tile.ts';
import { transpose } from './transpose.ts';
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
  bitwiseAnd,
  broadcastTo,
  cast,
  ceil,
  clipByValue,
  concat,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  conv2D,
  conv3DBackpropFilterV2,
  conv3DBackpropInputV2,
  conv3D,
  cos,
  cosh,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  depthwiseConv2dNative,
  eluGrad,
  elu,
  equal,
  erf,
  exp,
  expandDims,
  expm1,
  floorDiv,
  floor,
  fusedBatchNorm,
  gatherV2,
  greaterEqual,
  greater,
  identity,
  isFiniteElement,
  isInf,
  isNan,
  leakyRelu,
  lessEqual,
  less,
  logSoftmax,
  log,
  log1p,
  logicalAnd,
  logicalNot,
  logicalOr,
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
  mod,
  multiply,
  neg,
  notEqual,
  oneHot,
  onesLike,
  pack,
  padV2,
  pow,
  prelu,
  prod,
  realDiv,
  reciprocal,
  relu,
  relu6,
  reshape,
  reverse,
  round,
  rsqrt,
  select,
  selu,
  sigmoid,
  sign,
  sin,
  sinh,
  slice,
  softmax,
  softplus,
  splitV,
  sqrt,
  square,
  squaredDifference,
  step,
  sub,
  sum,
  tan,
  tanh,
  tile,
  transpose,
  unpack,
  unsortedSegmentSum,
  zerosLike,
];
