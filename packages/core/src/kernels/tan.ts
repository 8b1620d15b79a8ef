import { add, mul, square } from '@tensorflow/tfjs-core';
import { fromOutput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `tan x`, with derivative `1 + tan² x`. */
export const tan: KernelSpec<'x'> = unary(
  'Tan',
  'tan',
  fromOutput((dy, y) => mul(dy, add(1, square(y)))),
);
