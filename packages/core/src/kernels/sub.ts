import { neg } from '@tensorflow/tfjs-core';
import { binary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a - b`. */
export const sub: KernelSpec<'a' | 'b'> = binary('Sub', 'sub', { a: ({ dy }) => dy, b: ({ dy }) => neg(dy) });
