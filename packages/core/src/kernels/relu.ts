import { mul, step } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `max(x, 0)`; the derivative at 0 is 0, as in Keras. */
export const relu: KernelSpec<'x'> = unary(
  'Relu',
  'relu',
  fromInput((dy, x) => mul(dy, step(x))),
);
