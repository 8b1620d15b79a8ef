import { cast } from '@tensorflow/tfjs-core';
import type { KernelSpec } from './spec.ts';

/** `x` itself, as a new tensor on the same memory. */
export const identity: KernelSpec<'x'> = {
  name: 'Identity',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }) => x,
  gradient: { run: ({ dy }) => ({ x: () => cast(dy, 'float32') }) },
  lower: ({ inputs: { x } }) => x,
};
