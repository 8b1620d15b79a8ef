import { add, div } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `ln(1 + x)`. */
export const log1p: KernelSpec<'x'> = unary(
  'Log1p',
  'log1p',
  fromInput((dy, x) => div(dy, add(1, x))),
);
