import type { KernelSpec } from './spec.ts';

/** The different slices along an axis, and for each slice the index of its like. Their number depends on the values. */
export const unique: KernelSpec<'x'> = { name: 'Unique', inputs: ['x'], kind: 'sort' };
