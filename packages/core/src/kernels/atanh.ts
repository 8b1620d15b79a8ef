import { div, square, sub } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `artanh(x)`, with derivative `1 / (1 - x²)`. */
export const atanh: KernelSpec<'x'> = unary(
  'Atanh',
  'atanh',
  fromInput((dy, x) => div(dy, sub(1, square(x)))),
);
