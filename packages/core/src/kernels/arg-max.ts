import { reduction } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The index of the largest along an axis, of several the first. */
export const argMax: KernelSpec<'x'> = reduction('ArgMax', () => 'int32');
