import { div, floor, mul, neg } from '@tensorflow/tfjs-core';
import { binary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a - b ⌊a / b⌋`: the rest has the sign of `b`. */
export const mod: KernelSpec<'a' | 'b'> = binary('Mod', 'mod', {
  a: ({ dy }) => dy,
  b: ({ dy, a, b }) => neg(mul(dy, floor(div(a, b)))),
});
