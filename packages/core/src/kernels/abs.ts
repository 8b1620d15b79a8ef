import { mul, sign } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `|x|`; the derivative at 0 is 0. */
export const abs: KernelSpec<'x'> = unary(
  'Abs',
  'abs',
  fromInput((dy, x) => mul(dy, sign(x))),
);
