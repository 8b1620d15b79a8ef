import { comparison } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a ≤ b`. */
export const lessEqual: KernelSpec<'a' | 'b'> = comparison('LessEqual', 'le');
