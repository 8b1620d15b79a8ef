import type { KernelSpec } from './spec.ts';

/** The best boxes that do not overlap too much. Their number depends on the values. */
export const nonMaxSuppressionV3: KernelSpec<'boxes' | 'scores'> = {
  name: 'NonMaxSuppressionV3',
  inputs: ['boxes', 'scores'],
  kind: 'sort',
};
