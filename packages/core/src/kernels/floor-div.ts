import { binary } from './families.ts';
import { zerosOf } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/** `⌊a / b⌋`: a step function, its derivatives are 0. */
export const floorDiv: KernelSpec<'a' | 'b'> = binary('FloorDiv', {
  a: ({ a }) => zerosOf(a.shape),
  b: ({ b }) => zerosOf(b.shape),
});
