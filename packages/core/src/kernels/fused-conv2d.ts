import { conv2d, lowerFusedConv } from './conv-lowering.ts';
import { conv2D } from './conv2d.ts';
import type { KernelSpec } from './spec.ts';

/** `Conv2D` plus bias and activation. tfjs-core's op brings its own gradient; our layers never call it. */
export const fusedConv2D: KernelSpec<'x' | 'filter' | 'bias' | 'preluActivationWeights'> = {
  name: 'FusedConv2D',
  inputs: ['x', 'filter', 'bias?', 'preluActivationWeights?'],
  kind: 'conv',
  infer: conv2D.infer!,
  lower: lowerFusedConv(conv2d),
};
