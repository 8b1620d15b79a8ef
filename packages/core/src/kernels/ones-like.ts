import { zeroGradient } from './families.ts';
import { filled } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** Ones of the shape and dtype of `x`. */
export const onesLike: KernelSpec<'x'> = {
  name: 'OnesLike',
  inputs: ['x'],
  kind: 'elementwise',
  infer: ({ x }) => x,
  gradient: zeroGradient,
  lower: ({ builder, outputs: [output] }) => filled(builder, output!.shape, 1, output!.dtype),
};
