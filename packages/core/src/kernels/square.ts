import { mul } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `x²`. */
export const square: KernelSpec<'x'> = unary(
  'Square',
  'square',
  fromInput((dy, x) => mul(dy, mul(x, 2))),
);
