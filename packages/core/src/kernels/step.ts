import { callOf, numberOf } from '../program/expression.ts';
import { unary, zeroGradient } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** 1 for positive `x`, the attribute `alpha` for the others. */
export const step: KernelSpec<'x'> = unary(
  'Step',
  (x, { alpha }) => callOf('step', x, numberOf(alpha as number)),
  zeroGradient,
);
