import { fill, mul } from '@tensorflow/tfjs-core';
import { reduction } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The mean along axes, always float32. */
export const mean: KernelSpec<'x'> = reduction(
  'Mean',
  'mean',
  () => 'float32',
  // the quotient of each mean, before it is one for each element
  ({ dy, x }) => mul(mul(dy, dy.size / x.size), fill(x.shape, 1)),
);
