import { reduction, unchanged } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** Whether one holds along axes. */
export const any: KernelSpec<'x'> = reduction('Any', 'any', unchanged);
