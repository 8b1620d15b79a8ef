import { comparison } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a < b`. */
export const less: KernelSpec<'a' | 'b'> = comparison('Less', 'lt');
