import type { KernelSpec } from './spec.ts';

/** The inverse Fourier transform of each row. No derivative: tfjs's tape takes only float32 gradients. */
export const ifft: KernelSpec<'input'> = {
  name: 'IFFT',
  inputs: ['input'],
  kind: 'opaque',
  infer: ({ input }) => ({ shape: input.shape, dtype: 'complex64' }),
};
