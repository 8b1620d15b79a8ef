import { shareAmongEqual } from './extremum.ts';
import { reduction, unchanged } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The smallest along axes; several equal ones share the gradient, as in TensorFlow. */
export const min: KernelSpec<'x'> = reduction('Min', 'min', unchanged, shareAmongEqual);
