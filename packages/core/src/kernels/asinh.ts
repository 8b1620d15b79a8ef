import { add, mul, rsqrt, square } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `arsinh(x)`, with derivative `1 / √(1 + x²)`. */
export const asinh: KernelSpec<'x'> = unary(
  'Asinh',
  'asinh',
  fromInput((dy, x) => mul(dy, rsqrt(add(1, square(x))))),
);
