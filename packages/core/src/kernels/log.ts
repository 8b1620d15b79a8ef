import { div } from '@tensorflow/tfjs-core';
import { fromInput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `ln x`. */
export const log: KernelSpec<'x'> = unary(
  'Log',
  'log',
  fromInput((dy, x) => div(dy, x)),
);
