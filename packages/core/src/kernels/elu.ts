import { add, minimum, mul } from '@tensorflow/tfjs-core';
import { fromOutput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `y = x` above 0, `eˣ - 1` elsewhere, where the derivative is `y + 1`. */
export const elu: KernelSpec<'x'> = unary(
  'Elu',
  'elu',
  fromOutput((dy, y) => mul(dy, add(minimum(y, 0), 1))),
);
