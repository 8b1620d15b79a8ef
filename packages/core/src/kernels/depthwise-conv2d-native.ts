import { conv2dGeometry, isDilated } from './conv-geometry.ts';
import { depthwise, lowerConv } from './conv-lowering.ts';
import { dilatedGradients } from './dilated-convolution.ts';
import { runKernel } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

const INPUT = 'DepthwiseConv2dNativeBackpropInput';
const FILTER = 'DepthwiseConv2dNativeBackpropFilter';
const PLAIN = { strides: 1, pad: 'valid', dilations: 1 };

/** Each channel of `x` convolved with its own filters: `filter` is `[height, width, in, multiplier]`. */
export const depthwiseConv2dNative: KernelSpec<'x' | 'filter'> = {
  name: 'DepthwiseConv2dNative',
  inputs: ['x', 'filter'],
  kind: 'conv',
  infer: ({ x, filter }, attrs) => ({
    shape: conv2dGeometry(x.shape, filter.shape, attrs, true).outShape,
    dtype: x.dtype,
  }),
  gradient: {
    saves: { inputs: ['x', 'filter'] },
    run: ({ dy, inputs: { x, filter }, attrs }) =>
      isDilated(attrs)
        ? dilatedGradients({
            dy,
            x,
            filter,
            geometry: conv2dGeometry(x.shape, filter.shape, attrs, true),
            inputGradient: (dy, filter, inputShape) => runKernel(INPUT, { dy, filter }, { ...PLAIN, inputShape }),
            filterGradient: (x, dy, filterShape) => runKernel(FILTER, { x, dy }, { ...PLAIN, filterShape }),
          })
        : {
            x: () => runKernel(INPUT, { dy, filter }, { ...attrs, inputShape: x.shape }),
            filter: () => runKernel(FILTER, { x, dy }, { ...attrs, filterShape: filter.shape }),
          },
  },
  lower: lowerConv(depthwise),
};
