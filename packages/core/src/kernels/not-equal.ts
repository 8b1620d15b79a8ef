import { comparison } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a ≠ b`. */
export const notEqual: KernelSpec<'a' | 'b'> = comparison('NotEqual', 'ne');
