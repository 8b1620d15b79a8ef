import { type Tensor, transpose } from '@tensorflow/tfjs-core';
import { conv2dGeometry, isDilated } from './conv-geometry.ts';
import { conv2d, lowerConv } from './conv-lowering.ts';
import { dilatedGradients } from './dilated-convolution.ts';
import { runKernel } from './gradient-helpers.ts';
import type { Attributes, KernelSpec } from './spec.ts';

/** The 2D convolution of `x` `[batch, height, width, in]` with `filter` `[height, width, in, out]`. */
export const conv2D: KernelSpec<'x' | 'filter'> = {
  name: 'Conv2D',
  inputs: ['x', 'filter'],
  kind: 'conv',
  infer: ({ x, filter }, attrs) => ({ shape: conv2dGeometry(x.shape, filter.shape, attrs).outShape, dtype: x.dtype }),
  gradient: {
    saves: { inputs: ['x', 'filter'] },
    run: ({ dy, inputs: { x, filter }, attrs }) => (isDilated(attrs) ? dilated : plain)(dy, x, filter, attrs),
  },
  lower: lowerConv(conv2d),
};

type Gradients = { x: () => Tensor; filter: () => Tensor };

function plain(dy: Tensor, x: Tensor, filter: Tensor, attrs: Attributes): Gradients {
  return {
    x: () => runKernel('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape }),
    filter: () => runKernel('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape: filter.shape }),
  };
}

const PLAIN = { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1 };

function dilated(dy: Tensor, x: Tensor, filter: Tensor, attrs: Attributes): Gradients {
  const first = attrs.dataFormat === 'NCHW';
  const toLast = (image: Tensor): Tensor => (first ? transpose(image, [0, 2, 3, 1]) : image);
  const gradients = dilatedGradients({
    dy: toLast(dy),
    x: toLast(x),
    filter,
    geometry: conv2dGeometry(x.shape, filter.shape, attrs),
    inputGradient: (dy, filter, inputShape) =>
      runKernel('Conv2DBackpropInput', { dy, filter }, { ...PLAIN, inputShape }),
    filterGradient: (x, dy, filterShape) => runKernel('Conv2DBackpropFilter', { x, dy }, { ...PLAIN, filterShape }),
  });
  return {
    x: () => (first ? transpose(gradients.x(), [0, 3, 1, 2]) : gradients.x()),
    filter: gradients.filter,
  };
}
