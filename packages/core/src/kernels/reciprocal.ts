import { mul, neg, square } from '@tensorflow/tfjs-core';
import { fromOutput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `y = 1 / x`, with derivative `-y²`. */
export const reciprocal: KernelSpec<'x'> = unary(
  'Reciprocal',
  'reciprocal',
  fromOutput((dy, y) => neg(mul(dy, square(y)))),
);
