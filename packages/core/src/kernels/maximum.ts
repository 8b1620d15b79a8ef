import { greaterEqual, less } from '@tensorflow/tfjs-core';
import { binary, masked } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The larger of `a` and `b`; where they are equal, `a` gets the gradient, as in TensorFlow. */
export const maximum: KernelSpec<'a' | 'b'> = binary('Maximum', 'max', {
  a: ({ dy, a, b }) => masked(dy, greaterEqual(a, b)),
  b: ({ dy, a, b }) => masked(dy, less(a, b)),
});
