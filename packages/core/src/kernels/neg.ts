import { neg as negate } from '@tensorflow/tfjs-core';
import { unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `-x`. */
export const neg: KernelSpec<'x'> = unary('Neg', 'neg', { run: ({ dy }) => ({ x: () => negate(dy) }) });
