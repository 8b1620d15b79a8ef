import { comparison } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a > b`. */
export const greater: KernelSpec<'a' | 'b'> = comparison('Greater', 'gt');
