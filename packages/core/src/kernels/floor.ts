import { unary, zeroGradient } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The largest integer that is not above `x`. */
export const floor: KernelSpec<'x'> = unary('Floor', 'floor', zeroGradient);
