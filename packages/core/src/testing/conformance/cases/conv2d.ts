import type { ConformanceCase } from '../conformance-case.ts';
import type { ConvSetting } from './conv-reference.ts';
import { convolutionCases } from './convolution-cases.ts';

const settings: readonly ConvSetting[] = [
  { name: 'valid', inShape: [2, 5, 6, 3], filterShape: [3, 2, 3, 4], strides: [1, 1], pad: 'valid' },
  { name: 'same', inShape: [2, 5, 6, 3], filterShape: [3, 3, 3, 4], strides: [1, 1], pad: 'same' },
  { name: 'same, even filter', inShape: [1, 4, 5, 2], filterShape: [2, 4, 2, 3], strides: [1, 1], pad: 'same' },
  { name: 'strides 2', inShape: [2, 7, 6, 2], filterShape: [3, 3, 2, 5], strides: [2, 2], pad: 'valid' },
  { name: 'strides 2 and 3, same', inShape: [1, 7, 8, 2], filterShape: [3, 3, 2, 2], strides: [2, 3], pad: 'same' },
  {
    name: 'strides beyond the filter',
    inShape: [1, 8, 8, 1],
    filterShape: [2, 2, 1, 2],
    strides: [3, 3],
    pad: 'valid',
  },
  { name: '1 by 1', inShape: [2, 3, 3, 4], filterShape: [1, 1, 4, 2], strides: [1, 1], pad: 'valid' },
  { name: 'the whole image', inShape: [2, 3, 4, 2], filterShape: [3, 4, 2, 3], strides: [1, 1], pad: 'valid' },
  { name: 'pad 2', inShape: [1, 4, 4, 2], filterShape: [3, 3, 2, 2], strides: [1, 1], pad: 2 },
  {
    name: 'one channel, many filters',
    inShape: [3, 8, 8, 1],
    filterShape: [3, 3, 1, 17],
    strides: [1, 1],
    pad: 'same',
  },
  // More than are unfolded at a time; the filter gradient sums 5,000 products, whose float32 rounding shows.
  {
    name: 'many images',
    inShape: [26, 16, 16, 6],
    filterShape: [3, 3, 6, 2],
    strides: [1, 1],
    pad: 'valid',
    tolerance: 1e-4,
  },
];

const dilated: readonly ConvSetting[] = [
  {
    name: 'dilated',
    inShape: [2, 7, 8, 2],
    filterShape: [3, 3, 2, 3],
    strides: [1, 1],
    dilations: [2, 2],
    pad: 'valid',
  },
  {
    name: 'dilated, same',
    inShape: [1, 7, 8, 2],
    filterShape: [3, 2, 2, 3],
    strides: [1, 1],
    dilations: [2, 3],
    pad: 'same',
  },
];

const empty: readonly ConvSetting[] = [
  { name: 'no images', inShape: [0, 5, 5, 2], filterShape: [3, 3, 2, 3], strides: [1, 1], pad: 'valid' },
];

/** `Conv2D` and its two gradients. */
export const conv2dCases: readonly ConformanceCase[] = convolutionCases(
  { forward: 'Conv2D', filterGradient: 'Conv2DBackpropFilter', inputGradient: 'Conv2DBackpropInput', depthwise: false },
  [...settings, ...dilated, ...empty],
);
