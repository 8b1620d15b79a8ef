import type { ConformanceCase } from '../conformance-case.ts';
import type { ConvSetting } from './conv-reference.ts';
import { convolutionCases } from './convolution-cases.ts';

const settings: readonly ConvSetting[] = [
  { name: 'valid', inShape: [2, 5, 6, 3], filterShape: [3, 2, 3, 1], strides: [1, 1], pad: 'valid' },
  { name: 'same, multiplier 2', inShape: [2, 5, 6, 3], filterShape: [3, 3, 3, 2], strides: [1, 1], pad: 'same' },
  { name: 'strides 2', inShape: [1, 7, 6, 4], filterShape: [3, 3, 4, 1], strides: [2, 2], pad: 'same' },
  {
    name: 'dilated',
    inShape: [1, 7, 8, 2],
    filterShape: [3, 3, 2, 2],
    strides: [1, 1],
    dilations: [2, 2],
    pad: 'valid',
  },
  {
    name: 'dilated, same',
    inShape: [2, 6, 6, 2],
    filterShape: [3, 3, 2, 1],
    strides: [1, 1],
    dilations: [2, 2],
    pad: 'same',
  },
];

/** `DepthwiseConv2dNative` and its two gradients. */
export const depthwiseConv2dCases: readonly ConformanceCase[] = convolutionCases(
  {
    forward: 'DepthwiseConv2dNative',
    filterGradient: 'DepthwiseConv2dNativeBackpropFilter',
    inputGradient: 'DepthwiseConv2dNativeBackpropInput',
    depthwise: true,
  },
  settings,
);
