import type { KernelSpec } from './spec.ts';

/** Images turned by `radians` around `center`. No derivative: Keras has no use for this kernel. */
export const rotateWithOffset: KernelSpec<'image'> = {
  name: 'RotateWithOffset',
  inputs: ['image'],
  kind: 'gather',
  infer: ({ image }) => image,
};
