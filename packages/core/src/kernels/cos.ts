import { mul, neg, sin } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `cos x`. */
export const cos: KernelSpec<'x'> = unary(
  'Cos',
  'cos',
  fromInput((dy, x) => neg(mul(dy, sin(x)))),
);
