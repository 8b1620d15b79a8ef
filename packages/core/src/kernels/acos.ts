import { mul, neg, rsqrt, square, sub } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `arccos(x)`, with derivative `-1 / √(1 - x²)`. */
export const acos: KernelSpec<'x'> = unary(
  'Acos',
  'acos',
  fromInput((dy, x) => neg(mul(dy, rsqrt(sub(1, square(x)))))),
);
