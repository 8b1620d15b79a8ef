import { steps } from './range.ts';
import type { KernelSpec } from './spec.ts';

/** `num` numbers from `start` to `stop`, both included, evenly apart. */
export const linSpace: KernelSpec<never> = {
  name: 'LinSpace',
  inputs: [],
  kind: 'source',
  infer: (_, { num }) => ({ shape: [num as number], dtype: 'float32' }),
  lower: ({ builder, attrs }) => {
    const { start, stop, num } = attrs as { start: number; stop: number; num: number };
    return builder.constant(steps(num, start, (stop - start) / (num - 1)), { shape: [num], dtype: 'float32' });
  },
};
