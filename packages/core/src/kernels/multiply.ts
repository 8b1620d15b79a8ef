import { mul } from '@tensorflow/tfjs-core';
import { binary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a b`, element by element. */
export const multiply: KernelSpec<'a' | 'b'> = binary('Multiply', 'mul', {
  a: ({ dy, b }) => mul(dy, b),
  b: ({ dy, a }) => mul(dy, a),
});
