import { add, div, mul, neg, square, type Tensor } from '@tensorflow/tfjs-core';
import { binary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The angle of the point with ordinate `a` and abscissa `b`. */
export const atan2: KernelSpec<'a' | 'b'> = binary('Atan2', 'atan2', {
  a: ({ dy, a, b }) => mul(dy, div(b, radiusSquared(a, b))),
  b: ({ dy, a, b }) => neg(mul(dy, div(a, radiusSquared(a, b)))),
});

const radiusSquared = (a: Tensor, b: Tensor): Tensor => add(square(a), square(b));
