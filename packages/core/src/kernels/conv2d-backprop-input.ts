import type { Shape } from '../tensor/shape.ts';
import { conv2d, lowerConvInputGradient } from './conv-lowering.ts';
import { runKernel } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/** The gradient of `Conv2D` with respect to its input, which is the transposed convolution. */
export const conv2DBackpropInput: KernelSpec<'dy' | 'filter'> = {
  name: 'Conv2DBackpropInput',
  inputs: ['dy', 'filter'],
  kind: 'conv',
  infer: (_, { inputShape }) => ({ shape: inputShape as Shape, dtype: 'float32' }),
  gradient: {
    saves: { inputs: ['dy', 'filter'] },
    run: ({ dy: upstream, inputs: { dy, filter }, attrs: { inputShape: _, ...attrs } }) => ({
      dy: () => runKernel('Conv2D', { x: upstream, filter }, { ...attrs, dilations: 1 }),
      filter: () => runKernel('Conv2DBackpropFilter', { x: upstream, dy }, { ...attrs, filterShape: filter.shape }),
    }),
  },
  lower: lowerConvInputGradient(conv2d),
};
