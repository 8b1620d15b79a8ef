import type { Shape } from '../tensor/shape.ts';
import { depthwise, lowerConvFilterGradient } from './conv-lowering.ts';
import { runKernel } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/** The gradient of `DepthwiseConv2dNative` with respect to its filter. */
export const depthwiseConv2dNativeBackpropFilter: KernelSpec<'x' | 'dy'> = {
  name: 'DepthwiseConv2dNativeBackpropFilter',
  inputs: ['x', 'dy'],
  kind: 'conv',
  infer: (_, { filterShape }) => ({ shape: filterShape as Shape, dtype: 'float32' }),
  gradient: {
    saves: { inputs: ['x', 'dy'] },
    run: ({ dy: filter, inputs: { x, dy }, attrs: { filterShape: _, ...attrs } }) => ({
      x: () => runKernel('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape }),
      dy: () => runKernel('DepthwiseConv2dNative', { x, filter }, { dataFormat: 'NHWC', ...attrs }),
    }),
  },
  lower: lowerConvFilterGradient(depthwise),
};
