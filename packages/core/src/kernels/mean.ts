import { fill, mul } from '@tensorflow/tfjs-core';
import { reduction } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The mean along axes, always float32. */
export const mean: KernelSpec<'x'> = reduction(
  'Mean',
  'mean',
  () => 'float32',
  ({ dy, x }) => mul(dy, fill(x.shape, dy.size / x.size)),
);
