import type { KernelSpec } from './spec.ts';

/** The Fourier transform of each row. No derivative: tfjs's tape takes only float32 gradients. */
export const fft: KernelSpec<'input'> = {
  name: 'FFT',
  inputs: ['input'],
  kind: 'opaque',
  infer: ({ input }) => ({ shape: input.shape, dtype: 'complex64' }),
};
