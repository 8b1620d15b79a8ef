import { argReduction } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The index of the smallest along an axis, of several the first. */
export const argMin: KernelSpec<'x'> = argReduction('ArgMin', 'min');
