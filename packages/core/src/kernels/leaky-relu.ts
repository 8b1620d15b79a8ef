import { mul, step } from '@tensorflow/tfjs-core';
import { callOf, numberOf } from '../program/expression.ts';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `x` above 0, `alpha x` elsewhere. */
export const leakyRelu: KernelSpec<'x'> = unary(
  'LeakyRelu',
  (x, { alpha }) => callOf('leakyRelu', x, numberOf(alpha as number)),
  fromInput((dy, x, { alpha }) => mul(dy, step(x, alpha as number))),
);
