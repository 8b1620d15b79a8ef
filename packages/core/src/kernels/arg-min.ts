import { reduction } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The index of the smallest along an axis, of several the first. */
export const argMin: KernelSpec<'x'> = reduction('ArgMin', () => 'int32');
