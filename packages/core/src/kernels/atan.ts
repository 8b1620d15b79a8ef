import { add, div, square } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `arctan(x)`, with derivative `1 / (1 + x²)`. */
export const atan: KernelSpec<'x'> = unary(
  'Atan',
  'atan',
  fromInput((dy, x) => div(dy, add(1, square(x)))),
);
