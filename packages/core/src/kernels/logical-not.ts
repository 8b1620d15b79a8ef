import { unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `not x`. */
export const logicalNot: KernelSpec<'x'> = unary('LogicalNot', 'not', undefined, 'bool');
