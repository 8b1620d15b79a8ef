import type { Shape } from '../tensor/shape.ts';
import { conv3d, lowerConvInputGradient } from './conv-lowering.ts';
import { runKernel } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

const FORWARD = { dataFormat: 'NDHWC', dilations: [1, 1, 1] };

/** The gradient of `Conv3D` with respect to its input, which is the transposed convolution. */
export const conv3DBackpropInputV2: KernelSpec<'dy' | 'filter'> = {
  name: 'Conv3DBackpropInputV2',
  inputs: ['dy', 'filter'],
  kind: 'conv',
  infer: (_, { inputShape }) => ({ shape: inputShape as Shape, dtype: 'float32' }),
  gradient: {
    saves: { inputs: ['dy', 'filter'] },
    run: ({ dy: upstream, inputs: { dy, filter }, attrs: { inputShape: _, ...attrs } }) => ({
      dy: () => runKernel('Conv3D', { x: upstream, filter }, { ...attrs, ...FORWARD }),
      filter: () => runKernel('Conv3DBackpropFilterV2', { x: upstream, dy }, { ...attrs, filterShape: filter.shape }),
    }),
  },
  lower: lowerConvInputGradient(conv3d),
};
