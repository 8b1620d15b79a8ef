import { reduction, unchanged } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** Whether all hold along axes. */
export const all: KernelSpec<'x'> = reduction('All', 'all', unchanged);
