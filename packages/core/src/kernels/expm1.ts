import { add, mul } from '@tensorflow/tfjs-core';
import { fromOutput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `eˣ - 1`. */
export const expm1: KernelSpec<'x'> = unary(
  'Expm1',
  'expm1',
  fromOutput((dy, y) => mul(dy, add(y, 1))),
);
