import { div, mul } from '@tensorflow/tfjs-core';
import { fromOutput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `y = √x`, with derivative `1 / 2y`. */
export const sqrt: KernelSpec<'x'> = unary(
  'Sqrt',
  'sqrt',
  fromOutput((dy, y) => div(mul(dy, 0.5), y)),
);
