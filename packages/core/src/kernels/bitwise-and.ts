import { binary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a & b` of int32. */
export const bitwiseAnd: KernelSpec<'a' | 'b'> = binary('BitwiseAnd', 'bitAnd', undefined, 'int32');
