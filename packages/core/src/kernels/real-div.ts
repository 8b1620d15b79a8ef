import { div, mul, neg } from '@tensorflow/tfjs-core';
import { binary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a / b`. */
export const realDiv: KernelSpec<'a' | 'b'> = binary('RealDiv', 'div', {
  a: ({ dy, b }) => div(dy, b),
  b: ({ dy, a, b }) => mul(dy, div(div(neg(a), b), b)),
});
