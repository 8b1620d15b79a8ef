import type { Shape } from '../tensor/shape.ts';
import { depthwise, lowerConvInputGradient } from './conv-lowering.ts';
import { runKernel } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/** The gradient of `DepthwiseConv2dNative` with respect to its input. */
export const depthwiseConv2dNativeBackpropInput: KernelSpec<'dy' | 'filter'> = {
  name: 'DepthwiseConv2dNativeBackpropInput',
  inputs: ['dy', 'filter'],
  kind: 'conv',
  infer: (_, { inputShape }) => ({ shape: inputShape as Shape, dtype: 'float32' }),
  gradient: {
    saves: { inputs: ['dy', 'filter'] },
    run: ({ dy: upstream, inputs: { dy, filter }, attrs: { inputShape: _, ...attrs } }) => ({
      dy: () => runKernel('DepthwiseConv2dNative', { x: upstream, filter }, { dataFormat: 'NHWC', ...attrs }),
      filter: () =>
        runKernel('DepthwiseConv2dNativeBackpropFilter', { x: upstream, dy }, { ...attrs, filterShape: filter.shape }),
    }),
  },
  lower: lowerConvInputGradient(depthwise),
};
