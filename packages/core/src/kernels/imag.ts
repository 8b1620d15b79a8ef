import type { KernelSpec } from './spec.ts';

/** The imaginary part. No derivative: tfjs's tape takes only float32 gradients. */
export const imag: KernelSpec<'input'> = {
  name: 'Imag',
  inputs: ['input'],
  kind: 'elementwise',
  infer: ({ input }) => ({ shape: input.shape, dtype: 'float32' }),
};
