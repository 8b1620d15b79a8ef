import { comparison } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a and b`. */
export const logicalAnd: KernelSpec<'a' | 'b'> = comparison('LogicalAnd', 'and');
