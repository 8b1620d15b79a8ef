import { mul } from '@tensorflow/tfjs-core';
import { fromOutput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `eˣ`. */
export const exp: KernelSpec<'x'> = unary(
  'Exp',
  'exp',
  fromOutput((dy, y) => mul(dy, y)),
);
