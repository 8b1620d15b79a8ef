import { greater, lessEqual } from '@tensorflow/tfjs-core';
import { binary, masked } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The smaller of `a` and `b`; where they are equal, `a` gets the gradient, as in TensorFlow. */
export const minimum: KernelSpec<'a' | 'b'> = binary('Minimum', 'min', {
  a: ({ dy, a, b }) => masked(dy, lessEqual(a, b)),
  b: ({ dy, a, b }) => masked(dy, greater(a, b)),
});
