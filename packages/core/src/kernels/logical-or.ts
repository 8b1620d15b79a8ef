import { comparison } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a or b`. */
export const logicalOr: KernelSpec<'a' | 'b'> = comparison('LogicalOr', 'or');
