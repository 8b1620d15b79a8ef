import { shareAmongEqual } from './extremum.ts';
import { reduction, unchanged } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The largest along axes; several equal ones share the gradient, as in TensorFlow. */
export const max: KernelSpec<'x'> = reduction('Max', 'max', unchanged, shareAmongEqual);
