import type { KernelSpec } from './spec.ts';

/** `NonMaxSuppressionV3` and the number of boxes. It depends on the values. */
export const nonMaxSuppressionV4: KernelSpec<'boxes' | 'scores'> = {
  name: 'NonMaxSuppressionV4',
  inputs: ['boxes', 'scores'],
  kind: 'sort',
};
