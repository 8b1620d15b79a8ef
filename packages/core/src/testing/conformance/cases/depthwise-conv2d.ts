import type { ConformanceCase } from '../conformance-case.ts';
import { at, randomFloats } from '../host-tensor.ts';
import { accumulate, type ConvSetting, convGeometry, convSum, convTerms } from './conv-reference.ts';

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
export const depthwiseConv2dCases: readonly ConformanceCase[] = settings.flatMap((setting) => {
  const { name, inShape, filterShape, strides, dilations = [1, 1], pad } = setting;
  const { outShape } = convGeometry(setting, true);
  const x = randomFloats(inShape, 1);
  const filter = randomFloats(filterShape, 2);
  const dy = randomFloats(outShape, 3);
  const common = { strides, pad, dataFormat: 'NHWC', dilations };
  const terms = () => convTerms(setting, true);
  return [
    {
      kernel: 'DepthwiseConv2dNative',
      name,
      inputs: { x, filter },
      attrs: common,
      expected: () =>
        accumulate(
          outShape,
          convSum(terms(), (o, i, f) => [o, at(x, i) * at(filter, f)]),
        ),
    },
    {
      kernel: 'DepthwiseConv2dNativeBackpropFilter',
      name,
      inputs: { x, dy },
      attrs: { ...common, filterShape },
      tolerance: setting.tolerance ?? 1e-5,
      expected: () =>
        accumulate(
          filterShape,
          convSum(terms(), (o, i, f) => [f, at(x, i) * at(dy, o)]),
        ),
    },
    {
      kernel: 'DepthwiseConv2dNativeBackpropInput',
      name,
      inputs: { dy, filter },
      attrs: { ...common, inputShape: inShape },
      expected: () =>
        accumulate(
          inShape,
          convSum(terms(), (o, i, f) => [i, at(filter, f) * at(dy, o)]),
        ),
    },
  ];
});
