import { zeroGradient } from './families.ts';
import { filled } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** Zeros of the shape and dtype of `x`. */
export const zerosLike: KernelSpec<'x'> = {
  name: 'ZerosLike',
  inputs: ['x'],
  kind: 'elementwise',
  infer: ({ x }) => x,
  gradient: zeroGradient,
  lower: ({ builder, outputs: [output] }) => filled(builder, output!.shape, 0, output!.dtype),
};
