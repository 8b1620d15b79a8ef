import type { KernelSpec } from './spec.ts';

/** Real and imaginary parts put together. No derivative: tfjs's tape takes only float32 gradients. */
export const complex: KernelSpec<'real' | 'imag'> = {
  name: 'Complex',
  inputs: ['real', 'imag'],
  kind: 'elementwise',
  infer: ({ real }) => ({ shape: real.shape, dtype: 'complex64' }),
};
