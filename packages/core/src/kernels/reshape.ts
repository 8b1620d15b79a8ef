import { reshape as toShape } from '@tensorflow/tfjs-core';
import { type Shape, sizeOf } from '../tensor/shape.ts';
import { reshapeTo } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The same elements in another shape; one dimension may be -1. */
export const reshape: KernelSpec<'x'> = {
  name: 'Reshape',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }, { shape }) => {
    const dims = shape as Shape;
    const known = sizeOf(dims.filter((dim) => dim !== -1));
    return { shape: dims.map((dim) => (dim === -1 ? sizeOf(x.shape) / known : dim)), dtype: x.dtype };
  },
  gradient: {
    saves: { inputs: ['x'] },
    run: ({ dy, inputs: { x } }) => ({ x: () => toShape(dy, x.shape) }),
  },
  lower: ({ builder, inputs: { x }, outputs: [output] }) => reshapeTo(builder, x, output!.shape),
};
