import { mul, sinh } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `cosh x`. */
export const cosh: KernelSpec<'x'> = unary(
  'Cosh',
  'cosh',
  fromInput((dy, x) => mul(dy, sinh(x))),
);
