import type { KernelSpec } from './spec.ts';

/** The absolute value of complex numbers. No derivative: tfjs's tape takes only float32 gradients. */
export const complexAbs: KernelSpec<'x'> = {
  name: 'ComplexAbs',
  inputs: ['x'],
  kind: 'elementwise',
  infer: ({ x }) => ({ shape: x.shape, dtype: 'float32' }),
};
