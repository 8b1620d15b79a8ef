import { mul, rsqrt, square, sub } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `arcosh(x)`, with derivative `1 / √(x² - 1)`. */
export const acosh: KernelSpec<'x'> = unary(
  'Acosh',
  'acosh',
  fromInput((dy, x) => mul(dy, rsqrt(sub(square(x), 1)))),
);
