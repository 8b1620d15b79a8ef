import { unary, zeroGradient } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** Zeros of the shape and dtype of `x`. */
export const zerosLike: KernelSpec<'x'> = unary('ZerosLike', zeroGradient);
