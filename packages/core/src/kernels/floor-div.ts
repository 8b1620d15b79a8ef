import { binary } from './families.ts';
import { zerosOf } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/** `⌊a / b⌋`, int32 on tfjs's cpu backend whatever the inputs are. A step function: its derivatives are 0. */
export const floorDiv: KernelSpec<'a' | 'b'> = binary(
  'FloorDiv',
  'floorDiv',
  { a: ({ a }) => zerosOf(a.shape), b: ({ b }) => zerosOf(b.shape) },
  'int32',
);
