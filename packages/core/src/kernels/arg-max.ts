import { argReduction } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The index of the largest along an axis, of several the first. */
export const argMax: KernelSpec<'x'> = argReduction('ArgMax', 'max');
