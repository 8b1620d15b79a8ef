import { mul, rsqrt, square, sub } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `arcsin(x)`, with derivative `1 / √(1 - x²)`. */
export const asin: KernelSpec<'x'> = unary(
  'Asin',
  'asin',
  fromInput((dy, x) => mul(dy, rsqrt(sub(1, square(x))))),
);
