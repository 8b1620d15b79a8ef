import { fill, mul } from '@tensorflow/tfjs-core';
import { accumulated, reduction } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** The sum along axes. */
export const sum: KernelSpec<'x'> = reduction('Sum', 'sum', accumulated, ({ dy, x }) => mul(dy, fill(x.shape, 1)));
