import { comparison } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a = b`. */
export const equal: KernelSpec<'a' | 'b'> = comparison('Equal', 'eq');
