import { comparison } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a ≥ b`. */
export const greaterEqual: KernelSpec<'a' | 'b'> = comparison('GreaterEqual', 'ge');
