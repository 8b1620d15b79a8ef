import { exp, mul, neg, square } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The error function, with derivative `2/√π e^(-x²)`. */
export const erf: KernelSpec<'x'> = unary(
  'Erf',
  'erf',
  fromInput((dy, x) => mul(dy, mul(2 / Math.sqrt(Math.PI), exp(neg(square(x)))))),
);
