import { unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** Whether `x` is NaN. */
export const isNan: KernelSpec<'x'> = unary('IsNan', 'isNan', undefined, 'bool');
