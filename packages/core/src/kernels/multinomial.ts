import type { KernelSpec } from './spec.ts';

/** `numSamples` class indices drawn for each row of logits. Our own random ops do not use it: its seed is an attribute. */
export const multinomial: KernelSpec<'logits'> = {
  name: 'Multinomial',
  inputs: ['logits'],
  kind: 'random',
  infer: ({ logits }, { numSamples }) => ({ shape: [logits.shape[0]!, numSamples as number], dtype: 'int32' }),
};
