import { cumsum as runningSum } from '@tensorflow/tfjs-core';
import { accumulated } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The sum of all elements up to each along an axis; `exclusive` leaves out the element itself, `reverse` starts at the end. */
export const cumsum: KernelSpec<'x'> = {
  name: 'Cumsum',
  inputs: ['x'],
  kind: 'scan',
  infer: ({ x }) => ({ shape: x.shape, dtype: accumulated(x.dtype) }),
  gradient: {
    run: ({ dy, attrs: { axis, exclusive, reverse } }) => ({
      x: () => runningSum(dy, axis as number, exclusive as boolean, !reverse),
    }),
  },
};
