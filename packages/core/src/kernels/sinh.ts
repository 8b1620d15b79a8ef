import { cosh, mul } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `sinh x`. */
export const sinh: KernelSpec<'x'> = unary(
  'Sinh',
  'sinh',
  fromInput((dy, x) => mul(dy, cosh(x))),
);
