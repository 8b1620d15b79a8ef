import { mul, square } from '@tensorflow/tfjs-core';
import { fromOutput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `y = 1 / √x`, with derivative `-y³ / 2`. */
export const rsqrt: KernelSpec<'x'> = unary(
  'Rsqrt',
  'rsqrt',
  fromOutput((dy, y) => mul(dy, mul(-0.5, mul(y, square(y))))),
);
