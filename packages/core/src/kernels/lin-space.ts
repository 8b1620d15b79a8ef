import type { KernelSpec } from './spec.ts';

/** `num` numbers from `start` to `stop`, both included, evenly apart. */
export const linSpace: KernelSpec<never> = {
  name: 'LinSpace',
  inputs: [],
  kind: 'source',
  infer: (_, { num }) => ({ shape: [num as number], dtype: 'float32' }),
};
