import { mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import { type BinaryContext, binary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `(a - b)²`. */
export const squaredDifference: KernelSpec<'a' | 'b'> = binary('SquaredDifference', 'squaredDifference', {
  a: (context) => byA(context),
  b: (context) => neg(byA(context)),
});

const byA = ({ dy, a, b }: BinaryContext): Tensor => mul(dy, mul(2, sub(a, b)));
