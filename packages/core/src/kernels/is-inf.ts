import { unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** Whether `x` is infinite. */
export const isInf: KernelSpec<'x'> = unary('IsInf', 'isInf', undefined, 'bool');
