import { cos, mul } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `sin x`. */
export const sin: KernelSpec<'x'> = unary(
  'Sin',
  'sin',
  fromInput((dy, x) => mul(dy, cos(x))),
);
