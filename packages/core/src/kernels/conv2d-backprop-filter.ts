import type { Shape } from '../tensor/shape.ts';
import { conv2d, lowerConvFilterGradient } from './conv-lowering.ts';
import { runKernel } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/** The gradient of `Conv2D` with respect to its filter. */
export const conv2DBackpropFilter: KernelSpec<'x' | 'dy'> = {
  name: 'Conv2DBackpropFilter',
  inputs: ['x', 'dy'],
  kind: 'conv',
  infer: (_, { filterShape }) => ({ shape: filterShape as Shape, dtype: 'float32' }),
  gradient: {
    saves: { inputs: ['x', 'dy'] },
    run: ({ dy: filter, inputs: { x, dy }, attrs: { filterShape: _, ...attrs } }) => ({
      x: () => runKernel('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape }),
      dy: () => runKernel('Conv2D', { x, filter }, { ...attrs, dilations: 1 }),
    }),
  },
  lower: lowerConvFilterGradient(conv2d),
};
