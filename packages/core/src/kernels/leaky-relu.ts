import { mul, step } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `x` above 0, `alpha x` elsewhere. */
export const leakyRelu: KernelSpec<'x'> = unary(
  'LeakyRelu',
  fromInput((dy, x, { alpha }) => mul(dy, step(x, alpha as number))),
);
