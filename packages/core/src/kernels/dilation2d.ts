import { backend_util } from '@tensorflow/tfjs-core';
import { runKernel } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/** Grayscale dilation: the maximum of `x + filter` in each window. */
export const dilation2D: KernelSpec<'x' | 'filter'> = {
  name: 'Dilation2D',
  inputs: ['x', 'filter'],
  kind: 'pool',
  infer: ({ x, filter }, { strides, pad, dilations }) => ({
    shape: backend_util.computeDilation2DInfo(
      [...x.shape] as [number, number, number, number],
      [...filter.shape] as [number, number, number],
      strides as number,
      pad as 'same',
      'NHWC',
      dilations as number,
    ).outShape,
    dtype: x.dtype,
  }),
  gradient: {
    saves: { inputs: ['x', 'filter'] },
    run: ({ dy, inputs: { x, filter }, attrs }) => ({
      x: () => runKernel('Dilation2DBackpropInput', { x, filter, dy }, attrs),
      filter: () => runKernel('Dilation2DBackpropFilter', { x, filter, dy }, attrs),
    }),
  },
};
