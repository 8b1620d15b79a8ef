import { unary, zeroGradient } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The nearest integer, of two the even one. */
export const round: KernelSpec<'x'> = unary('Round', 'round', zeroGradient);
