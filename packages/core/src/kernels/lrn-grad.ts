import type { KernelSpec } from './spec.ts';

/** The gradient of `LRN` as one kernel. Ours is composed instead, and so has a derivative itself. */
export const lrnGrad: KernelSpec<'x' | 'y' | 'dy'> = {
  name: 'LRNGrad',
  inputs: ['x', 'y', 'dy'],
  kind: 'reduce',
  infer: ({ x }) => ({ shape: x.shape, dtype: 'float32' }),
};
