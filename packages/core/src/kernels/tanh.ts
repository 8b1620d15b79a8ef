import { mul, square, sub } from '@tensorflow/tfjs-core';
import { fromOutput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `tanh x`, with derivative `1 - tanh² x`. */
export const tanh: KernelSpec<'x'> = unary(
  'Tanh',
  'tanh',
  fromOutput((dy, y) => mul(dy, sub(1, square(y)))),
);
