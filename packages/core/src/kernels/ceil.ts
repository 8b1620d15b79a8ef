import { unary, zeroGradient } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The smallest integer that is not below `x`. */
export const ceil: KernelSpec<'x'> = unary('Ceil', 'ceil', zeroGradient);
