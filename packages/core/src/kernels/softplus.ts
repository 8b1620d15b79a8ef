import { mul, sigmoid } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `log(1 + eˣ)`; the sigmoid is its derivative. */
export const softplus: KernelSpec<'x'> = unary(
  'Softplus',
  'softplus',
  fromInput((dy, x) => mul(dy, sigmoid(x))),
);
