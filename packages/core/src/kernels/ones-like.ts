import { unary, zeroGradient } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** Ones of the shape and dtype of `x`. */
export const onesLike: KernelSpec<'x'> = unary('OnesLike', zeroGradient);
