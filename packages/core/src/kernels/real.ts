import type { KernelSpec } from './spec.ts';

/** The real part. No derivative: tfjs's tape takes only float32 gradients. */
export const real: KernelSpec<'input'> = {
  name: 'Real',
  inputs: ['input'],
  kind: 'elementwise',
  infer: ({ input }) => ({ shape: input.shape, dtype: 'float32' }),
};
