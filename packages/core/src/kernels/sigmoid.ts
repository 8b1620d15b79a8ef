import { mul, sub } from '@tensorflow/tfjs-core';
import { fromOutput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `y = 1 / (1 + e⁻ˣ)`, with derivative `y (1 - y)`. */
export const sigmoid: KernelSpec<'x'> = unary(
  'Sigmoid',
  'sigmoid',
  fromOutput((dy, y) => mul(dy, mul(y, sub(1, y)))),
);
