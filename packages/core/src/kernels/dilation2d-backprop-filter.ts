import type { KernelSpec } from './spec.ts';

/** The gradient of `Dilation2D` with respect to its filter. It has no derivative itself. */
export const dilation2DBackpropFilter: KernelSpec<'x' | 'filter' | 'dy'> = {
  name: 'Dilation2DBackpropFilter',
  inputs: ['x', 'filter', 'dy'],
  kind: 'pool',
  infer: ({ filter }) => filter,
};
