import { greater, less, logicalAnd } from '@tensorflow/tfjs-core';
import { fromInput, masked, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `min(max(x, 0), 6)`; the derivative at 0 and at 6 is 0, as in TensorFlow. */
export const relu6: KernelSpec<'x'> = unary(
  'Relu6',
  'relu6',
  fromInput((dy, x) => masked(dy, logicalAnd(greater(x, 0), less(x, 6)))),
);
