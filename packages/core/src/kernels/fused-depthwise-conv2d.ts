import { depthwise, lowerFusedConv } from './conv-lowering.ts';
import { depthwiseConv2dNative } from './depthwise-conv2d-native.ts';
import type { KernelSpec } from './spec.ts';

/** `DepthwiseConv2dNative` plus bias and activation. tfjs-core's op brings its own gradient; our layers never call it. */
export const fusedDepthwiseConv2D: KernelSpec<'x' | 'filter' | 'bias' | 'preluActivationWeights'> = {
  name: 'FusedDepthwiseConv2D',
  inputs: ['x', 'filter', 'bias?', 'preluActivationWeights?'],
  kind: 'conv',
  infer: depthwiseConv2dNative.infer!,
  lower: lowerFusedConv(depthwise),
};
