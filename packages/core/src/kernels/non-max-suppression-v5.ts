import type { KernelSpec } from './spec.ts';

/** The best boxes after scores were lowered by overlap, and these scores. Their number depends on the values. */
export const nonMaxSuppressionV5: KernelSpec<'boxes' | 'scores'> = {
  name: 'NonMaxSuppressionV5',
  inputs: ['boxes', 'scores'],
  kind: 'sort',
};
