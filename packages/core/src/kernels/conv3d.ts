import { conv3dGeometry, isDilated } from './conv-geometry.ts';
import { conv3d, lowerConv } from './conv-lowering.ts';
import { dilatedGradients } from './dilated-convolution.ts';
import { runKernel } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

const PLAIN = { strides: [1, 1, 1], pad: 'valid', dataFormat: 'NDHWC', dilations: [1, 1, 1] };

/** The 3D convolution of `x` `[batch, depth, height, width, in]` with `filter` `[depth, height, width, in, out]`. */
export const conv3D: KernelSpec<'x' | 'filter'> = {
  name: 'Conv3D',
  inputs: ['x', 'filter'],
  kind: 'conv',
  infer: ({ x, filter }, attrs) => ({ shape: conv3dGeometry(x.shape, filter.shape, attrs).outShape, dtype: x.dtype }),
  gradient: {
    saves: { inputs: ['x', 'filter'] },
    run: ({ dy, inputs: { x, filter }, attrs }) =>
      isDilated(attrs)
        ? dilatedGradients({
            dy,
            x,
            filter,
            geometry: conv3dGeometry(x.shape, filter.shape, attrs),
            inputGradient: (dy, filter, inputShape) =>
              runKernel('Conv3DBackpropInputV2', { dy, filter }, { ...PLAIN, inputShape }),
            filterGradient: (x, dy, filterShape) =>
              runKernel('Conv3DBackpropFilterV2', { x, dy }, { ...PLAIN, filterShape }),
          })
        : {
            x: () => runKernel('Conv3DBackpropInputV2', { dy, filter }, { ...attrs, inputShape: x.shape }),
            filter: () => runKernel('Conv3DBackpropFilterV2', { x, dy }, { ...attrs, filterShape: filter.shape }),
          },
  },
  lower: lowerConv(conv3d),
};
