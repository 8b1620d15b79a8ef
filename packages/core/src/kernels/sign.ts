import { unary, zeroGradient } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** -1, 0 or 1. */
export const sign: KernelSpec<'x'> = unary('Sign', 'sign', zeroGradient);
