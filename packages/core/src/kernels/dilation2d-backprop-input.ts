import type { KernelSpec } from './spec.ts';

/** The gradient of `Dilation2D` with respect to its input. It has no derivative itself. */
export const dilation2DBackpropInput: KernelSpec<'x' | 'filter' | 'dy'> = {
  name: 'Dilation2DBackpropInput',
  inputs: ['x', 'filter', 'dy'],
  kind: 'pool',
  infer: ({ x }) => x,
};
