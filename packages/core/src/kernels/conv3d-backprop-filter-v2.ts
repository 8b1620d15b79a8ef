import type { Shape } from '../tensor/shape.ts';
import { conv3d, lowerConvFilterGradient } from './conv-lowering.ts';
import { runKernel } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

const FORWARD = { dataFormat: 'NDHWC', dilations: [1, 1, 1] };

/** The gradient of `Conv3D` with respect to its filter. */
export const conv3DBackpropFilterV2: KernelSpec<'x' | 'dy'> = {
  name: 'Conv3DBackpropFilterV2',
  inputs: ['x', 'dy'],
  kind: 'conv',
  infer: (_, { filterShape }) => ({ shape: filterShape as Shape, dtype: 'float32' }),
  gradient: {
    saves: { inputs: ['x', 'dy'] },
    run: ({ dy: filter, inputs: { x, dy }, attrs: { filterShape: _, ...attrs } }) => ({
      x: () => runKernel('Conv3DBackpropInputV2', { dy, filter }, { ...attrs, inputShape: x.shape }),
      dy: () => runKernel('Conv3D', { x, filter }, { ...attrs, ...FORWARD }),
    }),
  },
  lower: lowerConvFilterGradient(conv3d),
};
