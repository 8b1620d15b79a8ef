import { binary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `a + b`. */
export const add: KernelSpec<'a' | 'b'> = binary('Add', 'add', { a: ({ dy }) => dy, b: ({ dy }) => dy });
