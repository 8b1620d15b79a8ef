import { unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** Whether `x` is neither infinite nor NaN. */
export const isFiniteElement: KernelSpec<'x'> = unary('IsFinite', 'isFinite', undefined, 'bool');
